namespace Esoz.Platform.Storage;

/// <summary>
/// The right to replace objects of the embedded store, held for a moment by one upload, in this process or in another that shares the root.
/// There is one lock file for all folders of a bucket that begin with the same two digits, <c>{root}/.locks/{bucket}-{2 hex}</c>.
/// </summary>
internal static class ObjectLock
{
    public const string Directory = ".locks";

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    public static async Task<FileStream> Take(string root, Bucket bucket, Guid folder, CancellationToken ct)
    {
        var directory = Path.Combine(root, Directory);
        DurableDirectory.Create(directory);
        var path = Path.Combine(directory, $"{bucket.Physical}-{folder.ToString()[..2]}");
        while (true)
        {
            if (LockFile.TryOpen(path, Private) is { } held)
                return held;
            await Task.Delay(Pause, ct);
        }
    }
}
