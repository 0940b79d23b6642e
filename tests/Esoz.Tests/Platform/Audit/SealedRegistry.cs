using Esoz.Platform.Audit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Esoz.Tests.Platform.Audit;

/// <summary>A registry whose logs are sealed when a test says so, and the superuser who tampers with them.</summary>
public sealed class SealedRegistry(TestCluster cluster) : Registry(cluster)
{
    public string Anchors => Settings.Audit.AnchorDirectory;

    /// <summary>Seals everything that is committed.</summary>
    public static SealAudit Sealer(Registry registry) => Sealer(registry, TimeSpan.Zero);

    /// <param name="ahead">By how much the sealer's day is a later one.</param>
    /// <param name="places">Null = the directory of the settings.</param>
    public static SealAudit Sealer(
        Registry registry, TimeSpan ahead, IReadOnlyList<AuditAnchors>? places = null, Uri? authority = null) =>
        new(registry.Database, SealedLogs.Of(registry.Settings), registry.Settings.Audit.OpenKey,
            places ?? [new AnchorDirectory(registry.Settings.Audit.AnchorDirectory)],
            authority is null ? null : new TimestampAuthority(authority), SealedLogs.Check(registry.Settings), NullLogger<SealAudit>.Instance)
        {
            Settling = TimeSpan.Zero,
            Ahead = ahead,
        };

    public Task<long> Seal() => Sealer(this).Run(TestContext.Current.CancellationToken);

    /// <param name="places">Of the anchors; none = the directory of the settings.</param>
    public async Task<AuditVerdict> Verify(params IReadOnlyList<AuditAnchors> places)
    {
        using var keys = Settings.Audit.KnownKeys();
        return await SealedLogs.Verifier(Settings, Database, keys, places is [] ? [new AnchorDirectory(Anchors)] : places).Run(TestContext.Current.CancellationToken);
    }

    /// <summary>Statements of the database's superuser, whom no trigger stops.</summary>
    public Task<int> Tamper(string sql) => Tamper(this, sql);

    public static async Task<int> Tamper(Registry registry, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(registry.ConnectionString) { Username = "postgres", SearchPath = "esoz" }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"SET session_replication_role = replica; {sql}", connection) { CommandTimeout = 0 };
        return await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Audit rows of <paramref name="days"/> days before the current month, which no seal covers yet.</summary>
    public Task<int> OldRows(int count, int days) => Tamper($$"""
        INSERT INTO audit_log (actor_id, resource, resource_id, changeset, former, request_id, inserted_at)
        SELECT gen_random_uuid()::text, 'divisions', gen_random_uuid()::text, jsonb_build_object('name', 'Амбулаторія № ' || n),
               '{"name": "Інша"}', 'old#' || n, date_trunc('month', now()) - random() * interval '{{days}} days'
          FROM generate_series(1, {{count}}) n
        """);
}
