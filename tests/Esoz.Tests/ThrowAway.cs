namespace Esoz.Tests;

/// <summary>Where databases of tests lie.</summary>
internal static class ThrowAway
{
    private const string Memory = "/dev/shm";

    /// <summary>What the databases of a whole run need at most, and as much again.</summary>
    private const long Needed = 4L << 30;

    /// <summary>
    /// A new directory in memory, where there is enough of it: every class copies a database of hundreds of files and drops it, and
    /// ext4 spends an eighth of the processor time of a run on passing over the inodes that were just deleted.
    /// </summary>
    /// <param name="prefix">Of its name.</param>
    public static string Directory(string prefix)
    {
        var parent = System.IO.Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > Needed ? Memory : Path.GetTempPath();
        return System.IO.Directory.CreateDirectory(Path.Combine(parent, $"{prefix}{Path.GetRandomFileName()}")).FullName;
    }
}
