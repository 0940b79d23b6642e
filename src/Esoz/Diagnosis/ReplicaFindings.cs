using System.Diagnostics.Metrics;
using Esoz.Platform.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Diagnosis;

/// <summary>Whether the read replica can be used. Only reads.</summary>
public static class ReplicaFindings
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Null when none is configured.</summary>
    public static async Task<Finding?> Of(Settings settings, PostgresDatabase primary, CancellationToken ct)
    {
        const string subject = "read replica";
        if (settings.ReadDatabase.Length == 0)
            return null;
        await using var database = new PostgresDatabase(settings.ReadDatabase, settings.DatabaseOptions with { Direct = null }, "esoz-replica");
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var replica = new ReadReplica(primary, database, settings.ReadReplica, services.GetRequiredService<IMeterFactory>(),
            NullLogger<ReadReplica>.Instance);
        return await replica.FindFault(Patience, ct) is { } fault
            ? Finding.Warning(subject, $"not used, everything is read from the primary: {fault}",
                "check ESOZ_READ_DATABASE, that the standby runs, and that it streams from the primary (pg_stat_replication)")
            : Finding.Good(subject, $"lags by less than {settings.ReadReplica.MaxLag.TotalSeconds:F0} s{ReadOnly(settings)}");
    }

    private static string ReadOnly(Settings settings) => settings.IsReadOnly
        ? $"; the node is read-only, and goes on without its primary for {settings.ReadReplica.MaxOutage.TotalSeconds:F0} s" : "";
}
