using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Esoz.Platform.Json;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Platform.Logging;

/// <summary>
/// One JSON object per line: <c>time</c> (UTC), <c>level</c>, <c>category</c>, <c>message</c>, then every named value of the message and of
/// our scopes (<c>request_id</c>, <c>task</c>, <c>job</c>) in snake_case, then <c>exception</c>.
/// </summary>
internal static class LogLine
{
    private const string Template = "{OriginalFormat}";

    private static readonly JsonWriterOptions Options = new() { Encoder = PlainJsonEncoder.Instance };

    /// <summary>Maps names in messages to names in the line; bounded by the number of names in the source code.</summary>
    private static readonly ConcurrentDictionary<string, JsonEncodedText> Names = new(StringComparer.Ordinal);

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public static void Write<TState>(IBufferWriter<byte> line, in LogEntry<TState> entry, IExternalScopeProvider? scopes)
    {
        var json = _writer ??= new Utf8JsonWriter(line, Options);
        json.Reset(line);
        json.WriteStartObject();
        Span<char> time = stackalloc char[24];
        TimeProvider.System.GetUtcNow().TryFormat(time, out var length, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        json.WriteString("time"u8, time[..length]);
        json.WriteString("level"u8, entry.LogLevel.ToString());
        json.WriteString("category"u8, entry.Category);
        json.WriteString("message"u8, entry.Formatter(entry.State, entry.Exception));
        if (entry.State is IEnumerable<KeyValuePair<string, object?>> values)
            Write(json, values);
        // The framework's scopes contain the request's path and number.
        scopes?.ForEachScope(static (scope, json) =>
        {
            if (scope is KeyValuePair<string, object?>[] ours)
                Write(json, ours);
        }, json);
        if (entry.Exception is { } exception)
            json.WriteString("exception"u8, exception.ToString());
        json.WriteEndObject();
        json.Flush();
        line.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, object?>> values)
    {
        foreach (var (name, value) in values)
        {
            if (name == Template || value is null)
                continue;
            json.WritePropertyName(
                Names.GetOrAdd(name, static name => JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(name))));
            switch (value)
            {
                case int number: json.WriteNumberValue(number); break;
                case long number: json.WriteNumberValue(number); break;
                case double number: json.WriteNumberValue(number); break;
                case bool flag: json.WriteBooleanValue(flag); break;
                case Guid id: json.WriteStringValue(id); break;
                case DateTime instant: json.WriteStringValue(instant.ToString("O", CultureInfo.InvariantCulture)); break;
                default: json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
            }
        }
    }
}
