using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Esoz.Tests;

/// <summary>Gathers what the server logs, so that a test can say what must be there and what must never be.</summary>
public sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>The line that has the text; what follows an answer is logged a moment after the client has it.</summary>
    public async Task<string> Await(string text, CancellationToken ct)
    {
        while (!_lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
            await Task.Delay(10, ct);
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
