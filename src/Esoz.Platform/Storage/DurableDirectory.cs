using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Esoz.Platform.Storage;

/// <summary>
/// Directories whose entries survive a power failure: a synced file can still lose its name when its directory was not synced. .NET has no
/// API for this.
/// </summary>
internal static partial class DurableDirectory
{
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int Exists = 17;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Creates the missing directories of the path; every new entry is durable.</summary>
    public static void Create(string path)
    {
        if (Directory.Exists(path))
            return;
        var parent = Path.GetDirectoryName(path)!;
        Create(parent);
        Directory.CreateDirectory(path, Private);
        Sync(parent);
    }

    /// <summary>Makes the directory's entries durable.</summary>
    public static void Sync(string path)
    {
        var directory = Open(path, ReadOnlyCloseOnExec);
        if (directory < 0)
            throw Failure(path);
        try
        {
            if (Fsync(directory) < 0)
                throw Failure(path);
        }
        finally
        {
            _ = Close(directory);
        }
    }

    /// <summary>Gives a file a second name on the same file system; that it has the name already is fine.</summary>
    public static void Link(string file, string name)
    {
        if (HardLink(file, name) < 0 && Marshal.GetLastPInvokeError() != Exists)
            throw Failure(name);
    }

    private static IOException Failure(string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{path}: {new Win32Exception(error).Message}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int file);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int HardLink(string file, string name);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
