using System.Buffers;
using System.Security.Cryptography;

namespace Esoz.Platform.Storage;

/// <summary>
/// A file that is being written: it has a temporary name in the directory of its target, and atomically replaces the target when it is
/// complete and synced. Disposal before that deletes it; after a crash, <see cref="StorageSweep"/> removes it later.
/// </summary>
internal sealed class UnfinishedFile : IAsyncDisposable
{
    /// <summary>No key starts with a dot.</summary>
    public const string Prefix = ".upload-";

    private const int Piece = 256 * 1024;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _directory;
    private readonly FileStream _file;
    private bool _published;

    private UnfinishedFile(string directory, FileStream file) => (_directory, _file) = (directory, file);

    public static UnfinishedFile Create(string directory)
    {
        for (var attempt = 1; ; attempt++)
        {
            DurableDirectory.Create(directory);
            try
            {
                return new(directory, OpenNew(Path.Combine(directory, $"{Prefix}{Guid.NewGuid():n}")));
            }
            catch (DirectoryNotFoundException) when (attempt < 10)
            {
                // A process that deleted the directory's last object has just removed the directory.
            }
        }
    }

    /// <summary>Opens a file that must not exist yet.</summary>
    public static FileStream OpenNew(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.Asynchronous,
        BufferSize = 0,
        UnixCreateMode = Private,
    });

    /// <summary>Appends the whole stream in constant memory.</summary>
    /// <returns>Number of bytes.</returns>
    public async Task<long> Fill(Stream content, IncrementalHash? digest, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            var length = 0L;
            while (await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct) is var read and > 0)
            {
                digest?.AppendData(buffer.AsSpan(0, read));
                // A write to the page cache takes less time than a thread switch.
                _file.Write(buffer.AsSpan(0, read));
                length += read;
            }
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Whether another file has the same content. An equal MD5 does not tell: two files with one MD5 can be made.</summary>
    public async Task<bool> HasContentOf(string path, CancellationToken ct)
    {
        await using var own = File.OpenRead(_file.Name);
        await using var other = File.OpenRead(path);
        if (own.Length != other.Length)
            return false;
        var (one, another) = (await SHA256.HashDataAsync(own, ct), await SHA256.HashDataAsync(other, ct));
        return one.AsSpan().SequenceEqual(another);
    }

    /// <summary>Sets the modification time, with the precision of the file system.</summary>
    /// <returns>The time as stored.</returns>
    public DateTime Stamp(DateTime time)
    {
        File.SetLastWriteTimeUtc(_file.SafeFileHandle, time);
        return File.GetLastWriteTimeUtc(_file.SafeFileHandle);
    }

    /// <summary>Makes the content durable; <see cref="Publish"/> then takes no time.</summary>
    public void Flush() => _file.Flush(flushToDisk: true);

    /// <summary>Makes the content durable, renames the file to its target, and makes the rename durable.</summary>
    public void Publish(string path)
    {
        Flush();
        File.Move(_file.Name, path, overwrite: true);
        _published = true;
        DurableDirectory.Sync(_directory);
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        if (!_published)
            File.Delete(_file.Name);
    }
}
