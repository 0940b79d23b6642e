using Esoz.Platform.Audit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Esoz.Tests.Platform.Audit;

/// <summary>A registry whose logs are sealed when a test says so, and the superuser who tampers with them.</summary>
public sealed class SealedRegistry(TestCluster cluster) : Registry(cluster)
{
    public string Anchors => Settings.Audit.AnchorDirectory;

    /// <summary>Settings beyond the defaults.</summary>
    public Dictionary<string, string> Extra { get; } = [];

    protected override Dictionary<string, string> Configuration => Extra;

    public static async Task<SealedRegistry> Started(TestCluster cluster, params (string Name, string Value)[] settings)
    {
        var registry = new SealedRegistry(cluster);
        foreach (var (name, value) in settings)
            registry.Extra[name] = value;
        await registry.InitializeAsync();
        return registry;
    }

    /// <summary>Settings for a process that works on this registry.</summary>
    public Dictionary<string, string> ProcessSettings => new(Extra)
    {
        ["ESOZ_DATABASE"] = ConnectionString,
        ["ESOZ_DATA_DIR"] = DataDirectory,
    };

    /// <summary>Seals everything that is committed.</summary>
    public static SealAudit Sealer(Registry registry) => Sealer(registry, TimeSpan.Zero);

    /// <param name="ahead">By how much the sealer's day is a later one.</param>
    /// <param name="places">Null = the directory of the settings.</param>
    public static SealAudit Sealer(
        Registry registry, TimeSpan ahead, IReadOnlyList<AuditAnchors>? places = null, Uri? authority = null,
        TimeSpan settling = default) =>
        new(registry.Database, SealedLogs.Of(registry.Settings), registry.Settings.Audit.OpenKey,
            places ?? [new AnchorDirectory(registry.Settings.Audit.AnchorDirectory)],
            authority is null ? null : new TimestampAuthority(authority), SealedLogs.Check(registry.Settings),
            NullLogger<SealAudit>.Instance)
        {
            Settling = settling,
            Ahead = ahead,
        };

    public Task<long> Seal() => Sealer(this).Run(TestContext.Current.CancellationToken);

    /// <param name="places">Of the anchors; none = the directory of the settings.</param>
    public async Task<AuditVerdict> Verify(params IReadOnlyList<AuditAnchors> places)
    {
        using var keys = Settings.Audit.KnownKeys();
        return await SealedLogs.Verifier(Settings, Database, keys, places is [] ? [new AnchorDirectory(Anchors)] : places)
            .Run(TestContext.Current.CancellationToken);
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

    /// <summary>How far the clock of the database is from a time of day, in a number of days.</summary>
    public async Task<TimeSpan> Until(int days, TimeSpan time) =>
        await Scalar<TimeSpan>("SELECT date_trunc('day', now()) + $1 * interval '1 day' + $2 - now()", days, time);

    /// <summary>Rows of the access journal of <paramref name="days"/> days before the current month, which no seal covers yet.</summary>
    public Task<int> OldRequests(int count, int days) => Tamper($$"""
        INSERT INTO access_journal (client_id, user_id, method_id, object_ids, person_id, status, rule, code, request_id, address, inserted_at)
        SELECT gen_random_uuid(), gen_random_uuid(), 'API-005-007-004-0127', ARRAY[gen_random_uuid(), gen_random_uuid()], gen_random_uuid(),
               403, '3', 'forbidden', 'old#' || n, '127.0.0.1', date_trunc('month', now()) - random() * interval '{{days}} days'
          FROM generate_series(1, {{count}}) n
        """);

    /// <summary>Audit rows of <paramref name="days"/> days before the current month, which no seal covers yet.</summary>
    public Task<int> OldRows(int count, int days) => Tamper($$"""
        INSERT INTO audit_log (actor_id, resource, resource_id, changeset, former, request_id, inserted_at)
        SELECT gen_random_uuid()::text, 'divisions', gen_random_uuid()::text, jsonb_build_object('name', 'Амбулаторія № ' || n),
               '{"name": "Інша"}', 'old#' || n, date_trunc('month', now()) - random() * interval '{{days}} days'
          FROM generate_series(1, {{count}}) n
        """);
}
