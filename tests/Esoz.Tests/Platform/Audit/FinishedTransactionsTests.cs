using Esoz.Platform.Audit;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Tests.Platform.Audit;

/// <summary>Up to which instant the rows of the logs are complete.</summary>
public sealed class FinishedTransactionsTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A transaction of a session whose start the role may not see is waited for, be it one or several")]
    public async Task Hidden()
    {
        await using var owner = await Superuser();
        await owner.Execute("CREATE ROLE sealer", Ct);
        await using var database = new PostgresDatabase(new NpgsqlConnectionStringBuilder(registry.ConnectionString)
        {
            Username = "postgres",
            Options = "-c role=sealer",
        }.ConnectionString);
        await using var first = await Superuser();
        await using var transaction = await first.BeginTransactionAsync(Ct);
        await first.Execute("SELECT 1", Ct);
        Assert.Null(await Instant(database));

        await using (var second = await Superuser())
        await using (await second.BeginTransactionAsync(Ct))
        {
            await second.Execute("SELECT 1", Ct);
            Assert.Null(await Instant(database));
        }

        await transaction.CommitAsync(Ct);
        Assert.NotNull(await Instant(database));
    }

    private static Task<DateTime?> Instant(PostgresDatabase database) =>
        FinishedTransactions.Instant(database, TimeSpan.Zero, patience: TimeSpan.FromMilliseconds(200), Ct);

    private async Task<NpgsqlConnection> Superuser()
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(registry.ConnectionString) { Username = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        return connection;
    }
}
