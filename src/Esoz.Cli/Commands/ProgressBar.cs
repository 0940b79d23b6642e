using System.Collections.Concurrent;
using System.Globalization;

namespace Esoz.Cli.Commands;

/// <summary>
/// The progress of a long command on standard error: one line that changes on a terminal, otherwise a line every ten seconds at most.
/// Thread-safe.
/// </summary>
public sealed class ProgressBar : IDisposable
{
    private const int Width = 30;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly bool _isWatched;
    private readonly TextWriter _errors;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, long> _last = new(StringComparer.Ordinal);
    private readonly long _started;
    private bool _isShown;

    public ProgressBar() : this(!Console.IsErrorRedirected, Console.Error, TimeProvider.System)
    {
    }

    internal ProgressBar(bool isWatched, TextWriter errors, TimeProvider clock) =>
        (_isWatched, _errors, _clock, _started) = (isWatched, errors, clock, clock.GetTimestamp());

    /// <param name="perSecond">Shown if known.</param>
    public void Show(string what, long done, long of, double? perSecond = null)
    {
        if (!_isWatched)
        {
            ShowLine(what, done, of, perSecond);
            return;
        }
        var filled = of == 0 ? Width : (int)(done * Width / of);
        var line = $"{what,-20} [{new string('#', filled).PadRight(Width, '.')}] {Numbers(done, of, perSecond)}";
        // Carriage return, and "erase to the end of the line" for the rest of a longer line.
        _errors.Write($"\r{line}\u001b[K");
        _isShown = true;
    }

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        if (_isShown)
            _errors.Write("\r\u001b[K");
        _isShown = false;
    }

    /// <summary>Nothing in the first ten seconds: a short command needs no progress.</summary>
    private void ShowLine(string what, long done, long of, double? perSecond)
    {
        var last = _last.GetOrAdd(what, _started);
        var now = _clock.GetTimestamp();
        if (_clock.GetElapsedTime(last, now) >= Interval && _last.TryUpdate(what, now, last))
            _errors.WriteLine($"{what}: {Numbers(done, of, perSecond)}");
    }

    private static string Numbers(long done, long of, double? perSecond) => perSecond is { } rate
        ? string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {of:N0}, {rate:N0}/s")
        : string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {of:N0}");
}
