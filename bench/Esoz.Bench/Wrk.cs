using System.Globalization;
using System.Text.RegularExpressions;

namespace Esoz.Bench;

/// <summary>Load over HTTP by <c>wrk</c>; a single answer that is no success makes the measurement void.</summary>
public sealed partial class Wrk(string script, Load load)
{
    public async Task<double> RunAsync()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script);
        try
        {
            var output = await Tool.RunAsync("wrk", ["-t", "1", "-c", $"{load.Connections}", "-d", $"{load.Seconds}s", "-s", file, BenchInstallation.Url]);
            if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
                throw new InvalidOperationException($"Some requests failed:\n{output}");
            return double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();
}
