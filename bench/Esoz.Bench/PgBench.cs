using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Esoz.Bench;

/// <summary>The floor: the same statement sent by <c>pgbench</c>, prepared, over the same unix socket.</summary>
public sealed partial class PgBench(NpgsqlConnectionStringBuilder connection, string script, Load load)
{
    public async Task<double> RunAsync()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script);
        try
        {
            var output = await Tool.RunAsync("pgbench",
                ["-n", "-M", "prepared", "-c", $"{load.Connections}", "-j", "1", "-T", $"{load.Seconds}", "-D", "n=0", "-D", $"clients={load.Connections}", "-f", file,
                    "-h", connection.Host!, "-p", $"{connection.Port}", "-U", connection.Username!, connection.Database!]);
            return double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"tps = ([\d.]+) \(without")]
    private static partial Regex Rate();
}
