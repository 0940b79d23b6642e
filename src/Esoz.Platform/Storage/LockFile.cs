namespace Esoz.Platform.Storage;

/// <summary>
/// A file that only one process can have open. .NET turns <see cref="FileShare.None"/> into an exclusive and <see cref="FileShare.Read"/>
/// into a shared <c>flock</c>, which the kernel releases when the process ends: after a kill -9 there is nothing to clean up.
/// </summary>
public static class LockFile
{
    private const int WouldBlock = 11;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Opens a file that only its owner may read, and waits while another process has it open.</summary>
    /// <exception cref="IOException">Another process has it open for too long.</exception>
    public static FileStream OpenOwn(string path)
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += Pause)
        {
            if (TryOpen(path, UnixFileMode.UserRead | UnixFileMode.UserWrite) is { } file)
                return file;
            Thread.Sleep(Pause);
        }
        throw new IOException($"Another process has {path} locked.");
    }

    /// <summary>Opens the file and creates it if necessary; null while another process has it open.</summary>
    /// <param name="mode">Mode of a new file; null = the default of the process.</param>
    public static FileStream? TryOpen(string path, UnixFileMode? mode = null)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = mode,
            });
        }
        catch (IOException busy) when (busy.HResult == WouldBlock)
        {
            return null;
        }
    }
}
