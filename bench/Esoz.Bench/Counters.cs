using System.Globalization;

namespace Esoz.Bench;

/// <summary>
/// What the running program and its database have done so far, by their own counters. Counts say more than rates on a machine that others
/// use too.
/// </summary>
/// <param name="Allocated">Bytes on the managed heap.</param>
/// <param name="ProcessorSeconds">Of the program, without PostgreSQL.</param>
/// <param name="Transactions">Of the database; a statement outside of a transaction is one.</param>
public sealed record Counters(double Allocated, double ProcessorSeconds, long Transactions)
{
    /// <summary>Idle sessions of PostgreSQL report what they have counted after ten seconds.</summary>
    private static readonly TimeSpan UntilReported = TimeSpan.FromSeconds(11);

    /// <summary>Waits until the sessions of the database have reported.</summary>
    public static async Task<Counters> Read(BenchInstallation installation)
    {
        await Task.Delay(UntilReported);
        using var http = new HttpClient();
        var lines = (await http.GetStringAsync(new Uri($"{BenchInstallation.Url}/metrics"))).Split('\n');
        return new(Sum(lines, "dotnet_gc_heap_total_allocated_bytes_total"), Sum(lines, "dotnet_process_cpu_time_seconds_total"),
            await installation.Scalar<long>("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"));
    }

    public Counters Since(Counters before) =>
        new(Allocated - before.Allocated, ProcessorSeconds - before.ProcessorSeconds, Transactions - before.Transactions);

    private static double Sum(string[] lines, string family) => lines
        .Where(line => line.StartsWith($"{family} ", StringComparison.Ordinal) || line.StartsWith($"{family}{{", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
}
