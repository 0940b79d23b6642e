using System.Globalization;

namespace Esoz.Cli.Commands;

/// <summary>
/// One line on standard error that shows the progress of a long command; silent if standard error is not a terminal. Thread-safe.
/// </summary>
public sealed class ProgressBar : IDisposable
{
    private const int Width = 30;

    private readonly bool _isWatched = !Console.IsErrorRedirected;
    private bool _isShown;

    /// <param name="perSecond">Shown if known.</param>
    public void Show(string what, long done, long of, double? perSecond = null)
    {
        if (!_isWatched)
            return;
        var filled = of == 0 ? Width : (int)(done * Width / of);
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{what,-20} [{new string('#', filled).PadRight(Width, '.')}] {done:N0} of {of:N0}");
        if (perSecond is { } rate)
            line += string.Create(CultureInfo.InvariantCulture, $", {rate:N0}/s");
        // Carriage return, and "erase to the end of the line" for the rest of a longer line.
        Console.Error.Write($"\r{line}\u001b[K");
        _isShown = true;
    }

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        if (_isShown)
            Console.Error.Write("\r\u001b[K");
        _isShown = false;
    }
}
