namespace Esoz.Platform.Storage;

/// <summary>
/// A local file that is unlinked as soon as it is open: it is deleted with its last handle, even when the process is killed.
/// </summary>
public static class UnnamedFile
{
    private const int BufferLength = 256 * 1024;

    public static FileStream Create(string directory)
    {
        Directory.CreateDirectory(directory);
        var file = new FileStream(Path.Combine(directory, $"{Guid.NewGuid():n}.tmp"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = BufferLength,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        File.Delete(file.Name);
        return file;
    }
}
