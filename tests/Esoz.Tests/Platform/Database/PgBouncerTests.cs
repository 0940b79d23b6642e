using Esoz.BulkExport;
using Esoz.Platform.Database;
using Esoz.Tests.BulkExport;
using Esoz.Tests.Compositions;
using Esoz.Tests.Platform.Storage;
using Npgsql;

namespace Esoz.Tests.Platform.Database;

/// <summary>The program behind PgBouncer (docs/operations.md): with session pooling it works, with less it does not start.</summary>
public sealed class PgBouncerTests(TestCluster cluster, RadosGateway gateway)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName =
        "With session pooling requests, jobs, notifications and snapshots work, with a direct way for sessions or without")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SessionPooling(bool isDirect)
    {
        var server = await cluster.CreateDatabase();
        await using var bouncer = await PgBouncer.Start("session", server);
        var registry = new PooledRegistry(cluster, gateway, bouncer, isDirect ? await cluster.CreateEmptyDatabase() : null);
        await registry.InitializeAsync();
        try
        {
            Assert.False(await IsServer(registry.Database.Source));
            Assert.Equal(isDirect, await IsServer(registry.Database.Sessions));
            var provider = await registry.Given.Provider();
            var role = await registry.Given.EmployeeRole(provider);
            var token = await registry.Given.Token(provider, "employee_role:write");
            (await registry.Send("PATCH", $"/api/employee_roles/{role}/actions/deactivate", token)).Succeeded();

            var job = (await (await CompositionCase.Disability(registry)).Create()).Succeeded();
            await Eventually.Holds(async () => await registry.Scalar<long>("SELECT count(*) FROM async_jobs WHERE status = 'DONE'") == 1,
                () => job.Text);

            // The lock of a build is released when the build has ended, by whatever session the next one comes.
            for (var run = 0; run < 3; run++)
                await registry.Build(GetEmployeesBulk.Resource);
            (await registry.Send("GET", "/healthz/ready")).Succeeded();
        }
        finally
        {
            await registry.DisposeAsync();
        }
    }

    [Theory(DisplayName = "Transaction or statement pooling is refused at the start, in one sentence, and no migration is applied")]
    [InlineData("transaction", false)]
    [InlineData("transaction", true)]
    [InlineData("statement", false)]
    public async Task SharedSessions(string poolMode, bool isDirect)
    {
        var server = await cluster.CreateEmptyDatabase();
        await using var bouncer = await PgBouncer.Start(poolMode, server);
        var pooled = server + bouncer.ConnectionOptions;
        var settings = Settings.Read(new Dictionary<string, string>
        {
            ["ESOZ_DATABASE"] = isDirect ? server : pooled,
            ["ESOZ_DATABASE_DIRECT"] = pooled,
        });

        var refused = await Assert.ThrowsAsync<SharedSessionsException>(() => Installation.Open(settings, openLocal: null, Ct));

        Assert.StartsWith(
            $"ESOZ_DATABASE{(isDirect ? "_DIRECT" : "")} leads to a connection pooler", refused.Message, StringComparison.Ordinal);
        await using var database = new PostgresDatabase(server);
        await using var schemas = database.Command("SELECT count(*) FROM pg_namespace WHERE nspname = 'esoz'");
        Assert.Equal(0L, await schemas.ExecuteScalarAsync(Ct));
    }

    /// <summary>Whether the connections lead to PostgreSQL itself.</summary>
    private static async Task<bool> IsServer(NpgsqlDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync(Ct);
        return await Pooler.SessionOf(connection, Ct) == connection.ProcessID;
    }

    /// <param name="direct">Leads to the cluster itself; null = without a direct way.</param>
    private sealed class PooledRegistry(TestCluster cluster, RadosGateway gateway, PgBouncer bouncer, string? direct)
        : BulkRegistry(cluster, gateway)
    {
        protected override Roles Roles => Roles.Api | Roles.Worker;

        protected override string ConnectionOptions => bouncer.ConnectionOptions;

        protected override Dictionary<string, string> Configuration => direct is null ? base.Configuration
            : new(base.Configuration) { ["ESOZ_DATABASE_DIRECT"] = $"{direct};Database={NameIn(ConnectionString)}" };

        private static string? NameIn(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database;
    }
}
