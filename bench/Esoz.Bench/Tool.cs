using System.Diagnostics;

namespace Esoz.Bench;

/// <summary>Runs a load generator to its end and returns its output.</summary>
public static class Tool
{
    /// <summary>Distributions install pgbench next to the server, not on the PATH.</summary>
    private static readonly string[] Places = ["/usr/bin", "/usr/local/bin",
        .. Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => $"{version}/bin") : []];

    /// <summary>Whether the PATH has the program.</summary>
    public static bool IsInstalled(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, name)));

    public static async Task<string> Run(string name, IEnumerable<string> arguments)
    {
        var file = Places.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists) ?? name;
        using var process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PGOPTIONS"] = "-c search_path=esoz" },
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{name} failed: {await errors}\n{output}");
    }
}
