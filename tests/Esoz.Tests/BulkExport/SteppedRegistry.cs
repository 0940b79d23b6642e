using Esoz.Tests.Platform.Storage;
using Npgsql;

namespace Esoz.Tests.BulkExport;

/// <summary>
/// A registry on a PostgreSQL whose clock the test moves: <c>now()</c> and <c>pg_stat_activity.xact_start</c> of this database are those of
/// the real clock plus a number of hours. A transaction keeps the time with which it began, as with a real clock that is set.
/// </summary>
public sealed class SteppedRegistry(TestCluster cluster, RadosGateway gateway) : BulkRegistry(cluster, gateway)
{
    private TimeSpan _ahead;

    /// <summary>Sets the clock of the database forward or back.</summary>
    public async Task Step(TimeSpan by)
    {
        _ahead += by;
        await Execute("INSERT INTO stepped.steps VALUES (clock_timestamp(), $1)", _ahead);
    }

    protected override async Task BeforeStart()
    {
        await base.BeforeStart();
        // Functions of pg_catalog come first whatever the search path is, so the function itself is replaced.
        await using var superuser = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(ConnectionString) { Username = "postgres", Pooling = false });
        await using var connection = await superuser.OpenConnectionAsync();
        await using var prepare = new NpgsqlCommand("""
            SET allow_system_table_mods = on;
            CREATE SCHEMA stepped;
            CREATE TABLE stepped.steps (since timestamptz PRIMARY KEY, ahead interval NOT NULL);
            INSERT INTO stepped.steps VALUES ('-infinity', '0');
            CREATE FUNCTION stepped.clock(begun timestamptz) RETURNS timestamptz LANGUAGE plpgsql STABLE AS
              'BEGIN RETURN begun + (SELECT ahead FROM stepped.steps WHERE since <= begun ORDER BY since DESC LIMIT 1); END';
            GRANT USAGE ON SCHEMA stepped TO PUBLIC;
            GRANT SELECT, INSERT, DELETE ON stepped.steps TO PUBLIC;
            CREATE OR REPLACE FUNCTION pg_catalog.now() RETURNS timestamptz LANGUAGE sql STABLE AS
              'SELECT stepped.clock(pg_catalog.transaction_timestamp())';
            DO $$ BEGIN
              EXECUTE 'CREATE OR REPLACE VIEW pg_catalog.pg_stat_activity AS '
                || replace(pg_get_viewdef('pg_stat_activity'), 's.xact_start,', 'stepped.clock(s.xact_start) AS xact_start,');
            END $$;
            """, connection);
        await prepare.ExecuteNonQueryAsync();
        await using var stepped = new NpgsqlCommand("SELECT pg_get_viewdef('pg_stat_activity') LIKE '%stepped%'", connection);
        Assert.Equal(true, await stepped.ExecuteScalarAsync());
    }
}
