using System.Globalization;

namespace Esoz.Bench;

/// <summary>Resident memory of a process, as Linux counts it.</summary>
public static class ResidentSet
{
    /// <summary>The peak so far, in bytes; 0 if the process has just ended.</summary>
    public static long Peak(int process) => Read(process, "VmHWM:");

    /// <summary>What it is now.</summary>
    public static long Now(int process) => Read(process, "VmRSS:");

    private static long Read(int process, string name)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            return line is null ? 0
                : long.Parse(line.AsSpan(name.Length, line.Length - name.Length - " kB".Length), CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
