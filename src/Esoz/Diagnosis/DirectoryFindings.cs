using System.Runtime.InteropServices;
using Esoz.Platform.Health;

namespace Esoz.Diagnosis;

/// <summary>Whether a directory can be used: it exists, is writable and has free space. Writes nothing.</summary>
public static partial class DirectoryFindings
{
    private const long Gibibyte = 1L << 30;
    private const long Comfortable = 5 * Gibibyte;
    private const long Necessary = Gibibyte / 2;

    private const int MayWriteAndEnter = 2 | 1;

    /// <param name="subject">Purpose of the directory.</param>
    /// <param name="directory">May be absent: then its nearest existing parent is checked.</param>
    public static IEnumerable<Finding> Of(string subject, string directory)
    {
        var existing = directory;
        while (!Directory.Exists(existing))
            existing = Path.GetDirectoryName(existing)!;

        var place = existing == directory ? directory : $"{directory} (not there yet)";
        yield return Access(existing, MayWriteAndEnter) == 0
            ? Finding.Good(subject, place)
            : Finding.Broken(subject, $"user {Environment.UserName} has no write permission for {existing}",
                "give this user write permission, or set ESOZ_DATA_DIR to another directory");

        var free = new DriveInfo(existing).AvailableFreeSpace;
        var room = $"{free / (double)Gibibyte:F1} GiB free";
        yield return free switch
        {
            < Necessary => Finding.Broken($"{subject} space", room, "free disk space: the database stops when the disk is full"),
            < Comfortable => Finding.Warning($"{subject} space", room, "free disk space: a snapshot of a large registry needs some GiB"),
            _ => Finding.Good($"{subject} space", room),
        };
    }

    /// <summary>access(2): 0 when this process may.</summary>
    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
