using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Tests.Platform.Journal;

/// <summary>Daily partitions of the access journal, and their end.</summary>
public sealed class JournalPartitionsTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Rows older than the retention go with their day, the others stay; days of late rows get their partition")]
    public async Task Purge()
    {
        // Without partitions these rows are in the default one.
        foreach (var days in new[] { 0, 1, 39, 40, 41, 42, 400 })
            await Row(days);
        await registry.Partitions().Ensure(Ct);
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM access_journal_default"));
        Assert.Equal([0, 1, 39, 40, 41, 42, 400], await Ages());
        Assert.True(await registry.Scalar<bool>("""
            SELECT to_regclass('access_journal' || to_char((now() + interval '14 days') AT TIME ZONE 'UTC', '_YYYY_MM_DD')) IS NOT NULL
            """), "The coming days have partitions.");

        await registry.Partitions().Purge(TimeSpan.FromDays(40), Ct);

        // Of the 40th day a part is younger, unless it is midnight.
        Assert.Equal([0, 1, 39, 40], (await Ages()).Where(age => age != 41));
        Assert.Equal(0, await registry.Partitions().Purge(TimeSpan.FromDays(400), Ct));
        await registry.Partitions().Ensure(Ct);
        Assert.Equal(await registry.Scalar<long>("SELECT count(*) FROM access_journal"), (await registry.Entries(new())).Count);
    }

    [Fact(DisplayName = "The ids of a whole page stay in their row, in partitions of before and in new ones: nothing is compressed or moved")]
    public async Task Inline()
    {
        await using var connection = await registry.Database.OpenSession(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await connection.Execute("SELECT ensure_journal_partitions(20)", Ct);
        await connection.Execute("""
            INSERT INTO access_journal (inserted_at, method_id, object_ids, status, request_id)
            SELECT day, 'm', (SELECT array_agg(gen_random_uuid()) FROM generate_series(1, 400)), 200, 'inline'
              FROM unnest(ARRAY[now(), now() + interval '20 days']) AS day
            """, Ct);

        await using var command = new NpgsqlCommand("""
            SELECT count(*), sum(pg_relation_size(reltoastrelid))::bigint
              FROM access_journal row JOIN pg_class ON pg_class.oid = row.tableoid
             WHERE request_id = 'inline' AND pg_column_size(object_ids) > 6400
            """, connection);
        await using var sizes = await command.ExecuteReaderAsync(Ct);
        await sizes.ReadAsync(Ct);
        Assert.Equal((2, 0), (sizes.GetInt64(0), sizes.GetInt64(1)));
    }

    [Fact(DisplayName = "The role of the server may read and add rows, ensure and drop partitions, and neither change nor delete a row")]
    public async Task Granted()
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(registry.ConnectionString) { Username = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        await connection.Execute("SET search_path = esoz; CREATE ROLE journal_writer; SELECT grant_runtime('journal_writer')", Ct);
        await connection.Execute("SET ROLE journal_writer", Ct);

        await connection.Execute("INSERT INTO access_journal (method_id, object_ids, status, request_id) VALUES ('m', '{}', 200, 'granted')", Ct);
        await connection.Execute("SELECT ensure_journal_partitions(), drop_journal_partitions('1000 days')", Ct);
        var today = await registry.Scalar<string>("SELECT tableoid::regclass::text FROM access_journal WHERE request_id = 'granted'");
        foreach (var sql in new[]
        {
            "UPDATE access_journal SET status = 0", "DELETE FROM access_journal", "TRUNCATE access_journal", $"DELETE FROM {today}",
            $"UPDATE {today} SET status = 0",
        })
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege,
                (await Assert.ThrowsAsync<PostgresException>(() => connection.Execute(sql, Ct))).SqlState);
    }

    [Fact(DisplayName = "A role that may only read the schema cannot drop days of the journal")]
    public async Task NotGranted()
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(registry.ConnectionString) { Username = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        await connection.Execute(
            "SET search_path = esoz; CREATE ROLE journal_reader; GRANT USAGE ON SCHEMA esoz TO journal_reader; SET ROLE journal_reader", Ct);

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(
            () => connection.Execute("SELECT drop_journal_partitions('1000 days')", Ct))).SqlState);
    }

    private Task<int> Row(int days) => registry.Execute("""
        INSERT INTO access_journal (inserted_at, method_id, object_ids, status, request_id)
        VALUES (now() - make_interval(days => $1), 'm', '{}', 200, $1::text)
        """, days);

    private async Task<IEnumerable<int>> Ages() =>
        (await registry.Rows("SELECT request_id::int AS age FROM access_journal WHERE method_id = 'm' AND request_id <> 'granted' ORDER BY age"))
            .Select(row => (int)row["age"]!);
}
