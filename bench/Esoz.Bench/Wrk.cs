using System.Globalization;
using System.Text.RegularExpressions;

namespace Esoz.Bench;

/// <summary>HTTP load by <c>wrk</c>; a single unsuccessful answer invalidates the measurement.</summary>
public sealed partial class Wrk(string script, Load load)
{
    public async Task<WrkResult> Run(string url)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script);
        try
        {
            var output = await Tool.Run(
                "wrk", ["-t", "1", "-c", $"{load.Connections}", "-d", $"{load.Seconds}s", "--timeout", "60s", "-s", file, url]);
            if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
                throw new InvalidOperationException($"Some requests failed:\n{output}");
            var volume = Volume().Match(output);
            return new(
                Number(Rate().Match(output)),
                Number(volume) * Math.Pow(1024, "BKMG".IndexOf(volume.Groups[2].Value[0], StringComparison.Ordinal)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"Transfer/sec:\s+([\d.]+)([BKMG])")]
    private static partial Regex Volume();
}

/// <summary>Result of one run.</summary>
/// <param name="BytesPerSecond">Bytes of answers including headers, also of answers that were incomplete at the end.</param>
public sealed record WrkResult(double RequestsPerSecond, double BytesPerSecond);
