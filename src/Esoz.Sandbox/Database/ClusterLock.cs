namespace Esoz.Sandbox.Database;

/// <summary>
/// The two lock files of a cluster. The kernel drops a lock with the process that held it, so a kill -9 leaves nothing to clean up.
/// .NET turns <see cref="FileShare.None"/> into an exclusive and <see cref="FileShare.Read"/> into a shared <c>flock</c>.
/// </summary>
internal static class ClusterLock
{
    private const int WouldBlock = 11;

    /// <summary>Held while the server is started, joined or stopped: one process at a time.</summary>
    public static async Task<FileStream> GuardAsync(string home, CancellationToken ct)
    {
        while (true)
        {
            if (TryExclusive(Path.Combine(home, "guard.lock")) is { } guard)
                return guard;
            await Task.Delay(20, ct);
        }
    }

    /// <summary>Held for as long as a process uses the cluster, together with every other user. Take it under the guard.</summary>
    public static FileStream Use(string home) =>
        new(UsersFile(home), FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);

    /// <summary>Whether nobody uses the cluster any more. Ask under the guard.</summary>
    public static bool IsUnused(string home)
    {
        using var alone = TryExclusive(UsersFile(home));
        return alone is not null;
    }

    private static string UsersFile(string home) => Path.Combine(home, "users.lock");

    private static FileStream? TryExclusive(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            return null;
        }
    }
}
