using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Esoz.Tests;

/// <summary>Collects what the server logs, so that a test can assert what must be logged and what must never be.</summary>
public sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Waits for the line with the text, because some lines are logged just after the client receives the answer.</summary>
    public async Task<string> Await(string text)
    {
        await Eventually.Holds(() => _lines.Any(line => line.Contains(text, StringComparison.Ordinal)), () => $"Not logged: {text}");
        return _lines.Single(line => line.Contains(text, StringComparison.Ordinal));
    }

    public ILogger CreateLogger(string categoryName) => new Collector(_lines, categoryName);

    public void Dispose() => GC.SuppressFinalize(this);

    private sealed class Collector(ConcurrentQueue<string> lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
