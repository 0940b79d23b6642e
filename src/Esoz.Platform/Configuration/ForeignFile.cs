using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Esoz.Platform.Configuration;

/// <summary>Whether somebody else decides what is in a file.</summary>
public static partial class ForeignFile
{
    // struct statx of Linux, <linux/stat.h>
    private const int CurrentDirectory = -100;
    private const uint OwnerAndMode = 0x8 | 0x2;
    private const int Owner = 20;
    private const int Length = 256;

    /// <summary>In words for a sentence; null when only this user and root may write it.</summary>
    public static string? Reason(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        if (File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherWrite))
            return "can be written by every user";
        var stat = new byte[Length];
        if (StatX(CurrentDirectory, path, 0, OwnerAndMode, stat) != 0)
            throw new IOException($"{path} cannot be examined.");
        var owner = BinaryPrimitives.ReadUInt32LittleEndian(stat.AsSpan(Owner));
        return owner == 0 || owner == EffectiveUser() ? null : $"belongs to another user ({owner})";
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, Span<byte> buffer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
