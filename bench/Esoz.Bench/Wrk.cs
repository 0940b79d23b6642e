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
                "wrk", ["-t", "1", "-c", $"{load.Connections}", "-d", $"{load.Seconds}s", "--latency", "--timeout", "60s", "-s", file, url]);
            if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
                throw new InvalidOperationException($"Some requests failed:\n{output}");
            var volume = Volume().Match(output);
            return new(
                Number(Rate().Match(output)),
                Number(volume) * Math.Pow(1024, "BKMG".IndexOf(volume.Groups[2].Value[0], StringComparison.Ordinal)),
                Number(Requests().Match(output)),
                Milliseconds(Median().Match(output)),
                Milliseconds(Slow().Match(output)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    private static double Milliseconds(Match match) =>
        Number(match) * match.Groups[2].Value switch { "us" => 0.001, "ms" => 1, _ => 1000 };

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Median();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Slow();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"Transfer/sec:\s+([\d.]+)([BKMG])")]
    private static partial Regex Volume();
}

/// <summary>Result of one run.</summary>
/// <param name="BytesPerSecond">Bytes of answers including headers, also of answers that were incomplete at the end.</param>
/// <param name="Median">Milliseconds.</param>
/// <param name="Slow">Milliseconds within which 99 of 100 requests were answered.</param>
public sealed record WrkResult(double RequestsPerSecond, double BytesPerSecond, double Requests, double Median, double Slow);
