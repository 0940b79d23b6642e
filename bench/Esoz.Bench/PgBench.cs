using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Esoz.Bench;

/// <summary>The floor: statements sent by <c>pgbench</c>, prepared, over the same unix socket.</summary>
public sealed partial class PgBench(NpgsqlConnectionStringBuilder connection, string script, Load load)
{
    /// <summary>Runs for the duration of the load.</summary>
    /// <returns>Transactions per second.</returns>
    public async Task<double> Run() =>
        double.Parse(Rate().Match(await Run("-T", load.Seconds)).Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Runs the script the given number of times on every connection.</summary>
    public Task RunToEnd(int times) => Run("-t", times);

    private async Task<string> Run(string limit, int amount)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script);
        try
        {
            return await Tool.Run("pgbench",
                ["-n", "-M", "prepared", "-c", $"{load.Connections}", "-j", "1", limit, $"{amount}", "-D", "n=0", "-D",
                    $"clients={load.Connections}", "-f", file,
                    "-h", connection.Host!, "-p", $"{connection.Port}", "-U", connection.Username!, connection.Database!]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"tps = ([\d.]+) \(without")]
    private static partial Regex Rate();
}
