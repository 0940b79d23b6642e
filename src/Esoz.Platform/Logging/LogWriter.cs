using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Platform.Logging;

/// <summary>
/// Writes <see cref="LogLine"/>s, or <see cref="TerminalLine"/>s, to a stream in the order in which they were logged. A dedicated thread
/// writes the lines buffered since its last write, so that many lines need few writes: with one write and one thread wake-up per line, a
/// line cost as much as the rest of a request. A single line is written immediately.
/// </summary>
public sealed class LogWriter : ILoggerProvider, ISupportExternalScope
{
    /// <summary>When this many bytes are buffered, logging blocks: a slow reader must not exhaust the memory.</summary>
    private const int MaxBufferedBytes = 1024 * 1024;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(2);

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _line;

    /// <summary>The host logs why it did not start and throws the same exception, which the command explains.</summary>
    private const string StartFailed = "HostedServiceStartupFaulted";

    private readonly Stream _stream;
    private readonly bool _isTerminal;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private IExternalScopeProvider? _scopes;
    private ArrayBufferWriter<byte> _gathered = new(64 * 1024);
    private ArrayBufferWriter<byte> _written = new(64 * 1024);
    private bool _isOver;

    /// <param name="isTerminal">Lines for people instead of JSON.</param>
    public LogWriter(Stream stream, bool isTerminal = false)
    {
        (_stream, _isTerminal) = (stream, isTerminal);
        _thread = new Thread(WriteUntilOver) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <summary>Returns when all earlier lines are written; later lines are discarded.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }
        _thread.Join();
    }

    private void Append(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            while (_gathered.WrittenCount >= MaxBufferedBytes && !_isOver)
                Monitor.Wait(_gate);
            if (_isOver)
                return;
            if (_gathered.WrittenCount == 0)
                Monitor.PulseAll(_gate);
            _gathered.Write(line);
        }
    }

    private void WriteUntilOver()
    {
        for (var isOver = false; !isOver;)
        {
            lock (_gate)
            {
                while (_gathered.WrittenCount == 0 && !_isOver)
                    Monitor.Wait(_gate);
                if (_gathered.WrittenCount >= MaxBufferedBytes)
                    Monitor.PulseAll(_gate);
                (_gathered, _written) = (_written, _gathered);
                isOver = _isOver;
            }
            try
            {
                _stream.Write(_written.WrittenSpan);
                _stream.Flush();
            }
            catch (IOException)
            {
                // The disk is full, or the reader of the log is gone. There is nowhere to report this, and the registry continues to run.
            }
            _written.ResetWrittenCount();
            if (!isOver)
                Thread.Sleep(Gathering);
        }
    }

    private sealed class Category(LogWriter writer, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => writer._scopes?.Push(state);

        /// <summary>Filters have already been applied.</summary>
        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == StartFailed)
                return;
            var line = _line ??= new ArrayBufferWriter<byte>(1024);
            line.ResetWrittenCount();
            var entry = new LogEntry<TState>(logLevel, name, eventId, state, exception, formatter);
            if (writer._isTerminal)
                TerminalLine.Write(line, entry, writer._scopes);
            else
                LogLine.Write(line, entry, writer._scopes);
            writer.Append(line.WrittenSpan);
        }
    }
}
