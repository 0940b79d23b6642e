using Esoz.Platform.Storage;

namespace Esoz.Sandbox.Database;

/// <summary>The two lock files of a cluster (<see cref="LockFile"/>).</summary>
internal static class ClusterLock
{
    /// <summary>Held while the server is started, joined or stopped: one process at a time.</summary>
    public static async Task<FileStream> Guard(string home, CancellationToken ct)
    {
        while (true)
        {
            if (LockFile.TryOpen(Path.Combine(home, "guard.lock")) is { } guard)
                return guard;
            await Task.Delay(20, ct);
        }
    }

    /// <summary>Held for as long as a process uses the cluster, together with every other user. Take it while holding the guard.</summary>
    public static FileStream Use(string home) =>
        new(UsersFile(home), FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);

    /// <summary>Whether no process uses the cluster any more. Call it while holding the guard.</summary>
    public static bool IsUnused(string home)
    {
        using var alone = LockFile.TryOpen(UsersFile(home));
        return alone is not null;
    }

    private static string UsersFile(string home) => Path.Combine(home, "users.lock");
}
