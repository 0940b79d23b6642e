using System.Diagnostics.Metrics;

namespace Esoz.Platform.Telemetry;

/// <summary>What runs on this node, and how much room its directories have. Read when they are scraped.</summary>
public sealed class ProgramMetrics
{
    /// <param name="roles">Roles of the process, such as <c>api,worker</c>.</param>
    /// <param name="isReadOnly">The node takes no changes.</param>
    /// <param name="directories">Directories that the program writes to, by the names that the labels have.</param>
    public ProgramMetrics(string roles, bool isReadOnly, IReadOnlyDictionary<string, string> directories, IMeterFactory meters)
    {
        var meter = meters.Create("Esoz");
        var build = new Measurement<int>(1, new("version", BuildVersion.Number), new("commit", BuildVersion.Commit),
            new("dotnet", Environment.Version.ToString()), new("roles", roles),
            new("read_only", isReadOnly ? "true" : "false"));
        meter.CreateObservableGauge("esoz.build.info", () => build, description: "Always 1; the labels say what runs");
        meter.CreateObservableGauge("esoz.disk.free", () => Observe(directories, drive => drive.AvailableFreeSpace), "By",
            "Bytes that the program may still write to the disk of a directory");
        meter.CreateObservableGauge(
            "esoz.disk.size", () => Observe(directories, drive => drive.TotalSize), "By", "Size of the disk of a directory");
    }

    /// <summary>A directory that does not exist yet has no value.</summary>
    private static IEnumerable<Measurement<long>> Observe(IReadOnlyDictionary<string, string> directories, Func<DriveInfo, long> value)
    {
        foreach (var (name, path) in directories)
        {
            if (Directory.Exists(path))
                yield return new(value(new(path)), new KeyValuePair<string, object?>("directory", name));
        }
    }
}
