namespace Esoz.Import;

/// <summary>A progress bar on one line of a terminal; silent anywhere else.</summary>
/// <param name="talk">Where it goes: only standard error can be a terminal.</param>
/// <param name="total">Bytes of all files.</param>
public sealed class ImportProgress(TextWriter talk, long total)
{
    private const int Width = 40;

    private readonly bool _isShown = ReferenceEquals(talk, Console.Error) && !Console.IsErrorRedirected;
    private long _finished;
    private int _percent = -1;

    /// <param name="position">Bytes of the present file read so far.</param>
    public void Read(string table, long position)
    {
        var percent = total == 0 ? 100 : (int)((_finished + position) * 100 / total);
        if (percent == _percent)
            return;
        _percent = percent;
        Show($"[{new string('#', percent * Width / 100),-Width}] {percent,3} % {table}");
    }

    /// <param name="size">Bytes of the file that has been read to its end.</param>
    public void Done(long size) => _finished += size;

    public void Merging(string table) => Show($"writing {table} …");

    public void Finish() => Show("");

    private void Show(string text)
    {
        if (_isShown)
            talk.Write($"\r{text}\u001b[K");
    }
}
