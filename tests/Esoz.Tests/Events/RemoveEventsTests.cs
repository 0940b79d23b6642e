using Esoz.Events;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Tests.Events;

/// <summary>How long events are kept (events §4).</summary>
public sealed class RemoveEventsTests(TestCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Older than EVENTS_EXPIRATION: partitions that are wholly too old are dropped, the other rows deleted")]
    public async Task Age()
    {
        await using var registry = await Started();
        var now = await registry.Scalar<DateTime>("SELECT now()");
        await registry.Execute("CREATE TABLE events_2025_01 PARTITION OF events FOR VALUES FROM ('2025-01-01Z') TO ('2025-02-01Z')");
        await registry.Event(new DateTime(2025, 1, 17, 0, 0, 0, DateTimeKind.Utc));
        await registry.Event(now.AddDays(-31));
        // The age is that of the row, not of the change.
        await registry.Event(now, insertedAt: now.AddDays(-31));
        var late = await registry.Event(now.AddDays(-31), insertedAt: now.AddDays(-29));
        var young = await registry.Event(now.AddDays(-29));

        Assert.Equal(2, await Remover(registry).Run(Ct));

        Assert.Equal(new[] { late, young }.Order(), (await Ids(registry)).Order());
        Assert.True(await registry.Scalar<bool>("SELECT to_regclass('events_2025_01') IS NULL"));
        Assert.Equal(0, await Remover(registry).Run(Ct));
    }

    [Fact(DisplayName = "MAX_EVENTS keeps the newest ones; 0 keeps all; batches go on to the end")]
    public async Task Number()
    {
        await using var registry = await Started();
        await registry.Execute("""
            INSERT INTO events (event_type, entity_type, entity_id, properties, event_time, changed_by)
            SELECT 'StatusChangeEvent', 'Employee', gen_random_uuid(), '{}', now() - n * interval '1 s', gen_random_uuid()
              FROM generate_series(1, 25000) AS n
            """);

        Assert.Equal(0, await Remover(registry).Run(Ct));
        Assert.Equal(24_997, await Remover(registry, maxEvents: 3).Run(Ct));

        Assert.Equal((3, true), (await registry.Scalar<long>("SELECT count(*) FROM events"),
            await registry.Scalar<bool>("SELECT min(event_time) >= now() - interval '1 h' FROM events")));
    }

    [Fact(DisplayName = "Two nodes that remove at the same time remove each event once")]
    public async Task Concurrent()
    {
        await using var registry = await Started();
        await registry.Execute("""
            INSERT INTO events (event_type, entity_type, entity_id, properties, changed_by, inserted_at)
            SELECT 'StatusChangeEvent', 'Employee', gen_random_uuid(), '{}', gen_random_uuid(), now() - interval '40 days'
              FROM generate_series(1, 5000)
            """);

        var removed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Remover(registry).Run(Ct)));

        Assert.Equal(5000, removed.Sum());
    }

    [Fact(DisplayName = "A server that does not own the schema may remove them, and still not delete or change one")]
    public async Task Granted()
    {
        await using var registry = await Started();
        var now = await registry.Scalar<DateTime>("SELECT now()");
        await registry.Event(now.AddDays(-31));
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(registry.ConnectionString) { Username = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        await connection.Execute("SET search_path = esoz; CREATE ROLE event_remover; SELECT grant_runtime('event_remover')", Ct);

        Assert.Equal(1L, await As("SELECT remove_events('30 days', 0, 10)"));
        await As("SELECT drop_event_partitions('30 days')");
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM events"));
        foreach (var sql in new[] { "DELETE FROM events", "UPDATE events SET entity_type = ''" })
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => As(sql))).SqlState);

        async Task<object?> As(string sql)
        {
            await connection.Execute("SET ROLE event_remover", Ct);
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(Ct);
        }
    }

    [Fact(DisplayName = "A contract that is suspended is a StateChangeEvent; dls_verified of a division is a StatusChangeEvent")]
    public async Task Written()
    {
        await using var registry = await Started();
        var provider = await registry.Given.Provider();
        var division = await registry.Given.Division(provider);
        var contract = await registry.Given.Contract(provider);

        await registry.Execute("UPDATE divisions SET dls_verified = true, name = 'Інша' WHERE id = $1", division);
        await registry.Execute("UPDATE divisions SET name = 'Третя', status = 'INACTIVE' WHERE id = $1", division);
        await registry.Execute("UPDATE contracts SET is_suspended = true, status = 'TERMINATED' WHERE id = $1", contract);

        Assert.Equal(
            ["Contract StateChangeEvent {\"is_suspended\": {\"new_value\": true}}", "Contract StatusChangeEvent {\"status\": {\"new_value\": \"TERMINATED\"}}",
                "Division StatusChangeEvent {\"dls_verified\": {\"new_value\": true}}"],
            (await registry.Rows("SELECT entity_type || ' ' || event_type || ' ' || properties AS event FROM events"))
                .Select(row => (string)row["event"]!).Order(StringComparer.Ordinal));
        Assert.Equal(2, await registry.Scalar<long>(
            "SELECT count(*) FROM audit_log WHERE resource = 'divisions' AND resource_id = $1::text AND changeset ? 'name' AND NOT changeset ? 'type'", division));
    }

    private static RemoveEvents Remover(Registry registry, int maxEvents = 0) =>
        new(registry.Database, registry.Settings.Events with { MaxEvents = maxEvents });

    private static async Task<List<Guid>> Ids(Registry registry) =>
        [.. (await registry.Rows("SELECT id FROM events")).Select(row => (Guid)row["id"]!)];

    private async Task<Registry> Started()
    {
        var registry = new Registry(cluster);
        await registry.InitializeAsync();
        return registry;
    }
}
