using Esoz.Platform.Database;
using Esoz.Platform.Jobs;
using Npgsql;

namespace Esoz.Tests.Platform.Jobs;

/// <summary>A node that stops between the statement that ends a task and its commit: frozen, or cut off from the network.</summary>
public sealed class SilentNodeTests(TaskDatabase queue) : IClassFixture<TaskDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "The task of a node that fell silent in its transaction is taken over, and nothing of the transaction remains")]
    public async Task TakenOver()
    {
        await using var silent = new PostgresDatabase(
            queue.Database.Source.ConnectionString, new() { IdleTransaction = TimeSpan.FromSeconds(1) });
        var job = await queue.Queue("SILENT");
        var task = Assert.Single(await new JobTable(silent).Claim("silent", "SILENT", 1, TimeSpan.FromMilliseconds(1), Ct));
        await using var connection = await silent.Source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await using (var end = PostgresDatabase.Command(connection, "UPDATE background_tasks SET status = 'DONE' WHERE id = $1", task.Id))
            await end.ExecuteNonQueryAsync(Ct);

        Assert.Equal(0, await queue.Table.Recover(5, Ct));
        await Eventually.Holds(async () => await queue.Table.Recover(5, Ct) == 1, () => "Nobody takes the task over.");

        Assert.Equal("QUEUED", (await queue.Row(job))["task_status"]);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => transaction.CommitAsync(Ct));
    }

    [Fact(DisplayName = "By default every limit of a pooled session is shorter than a lease")]
    public async Task Limits()
    {
        var lease = new JobOptions { EtaEstimate = default, Retention = default, MaxAttempts = 1 }.Lease;
        foreach (var limit in new[] { "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout" })
        {
            await using var command = queue.Database.Command("SELECT current_setting($1)::interval", limit);
            Assert.InRange((TimeSpan)(await command.ExecuteScalarAsync(Ct))!, TimeSpan.FromSeconds(1), lease - TimeSpan.FromSeconds(1));
        }
    }
}
