using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Platform.Logging;

/// <summary>
/// One line for people: time (UTC), level, the last part of the category, the values of our scopes (<c>request_id</c>, <c>task</c>,
/// <c>job</c>), the message, then the exception on lines of its own.
/// </summary>
internal static class TerminalLine
{
    public static void Write<TState>(IBufferWriter<byte> line, in LogEntry<TState> entry, IExternalScopeProvider? scopes)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} ");
        text.Append(CultureInfo.InvariantCulture, $"{entry.LogLevel.ToString().ToLowerInvariant(),-11} ");
        text.Append(entry.Category.AsSpan(entry.Category.LastIndexOf('.') + 1));
        // The framework's scopes contain the request's path and number.
        scopes?.ForEachScope(static (scope, text) =>
        {
            if (scope is not KeyValuePair<string, object?>[] ours)
                return;
            foreach (var (name, value) in ours.Where(pair => pair.Value is not null))
                text.Append(CultureInfo.InvariantCulture, $" {name}={value}");
        }, text);
        text.Append(": ").Append(entry.Formatter(entry.State, entry.Exception).ReplaceLineEndings(" ")).Append('\n');
        if (entry.Exception is { } exception)
            text.Append(exception).Append('\n');
        Encoding.UTF8.GetBytes(text.ToString(), line);
    }
}
