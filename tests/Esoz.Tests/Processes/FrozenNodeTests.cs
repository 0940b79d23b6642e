using System.Net.Http.Json;
using Esoz.Platform.Database;
using Esoz.Tests.Compositions;
using Npgsql;

namespace Esoz.Tests.Processes;

/// <summary>
/// A node that stops between a statement and its commit (SIGSTOP, a machine that hangs): the database ends its transaction, so nobody waits
/// for it much longer than a lease (ADR 26). Here the limit of an idle transaction is one second.
/// </summary>
public sealed class FrozenNodeTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName =
        "A node that is frozen in the transaction of a request holds its rows and its Idempotency-Key only for the limit: the twin of the request gets on, and the node commits nothing when it wakes")]
    public async Task Request()
    {
        var given = registry.Given;
        var contractor = await given.LegalEntity();
        var contract = await given.Contract(contractor);
        var body = JsonContent.Create(new
        {
            staff_units = 1,
            declaration_limit = 2000,
            employee_id = await given.Employee(contractor),
            division_id = await given.Division(contractor),
            contract_id = contract,
            start_date = "2026-01-01T00:00:00Z",
        });
        var text = await body.ReadAsStringAsync(Ct);
        var credential = await given.Nhs();
        using var node = await Serve("api");
        using var http = new HttpClient
        {
            BaseAddress = node.Url,
            DefaultRequestHeaders =
            {
                { "Authorization", $"Bearer {credential.Token}" },
                { "api-key", credential.ApiKey },
                { "Idempotency-Key", "frozen" },
            },
        };

        var held = await Hold("SELECT FROM contracts WHERE id = $1 FOR UPDATE", contract);
        var sent = http.PostAsync("/api/admin/contract_employees", body, Ct);
        await registry.WaitForBlockedQuery();
        await node.Freeze();
        await held.DisposeAsync();
        var twin = await Eventually.Ends(
            registry.Send("POST", "/api/admin/contract_employees", credential, text, ("Idempotency-Key", "frozen")));
        node.Signal(ServerProcess.Continue);

        twin.Succeeded(201);
        using var answer = await Eventually.Ends(sent);
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM contract_employees WHERE contract_id = $1", contract));
    }

    [Fact(DisplayName =
        "A worker that is frozen between the statement that ends its task and the commit: the task is free when its lease ends, another node does it once, and the frozen one writes nothing when it wakes")]
    public async Task BackgroundTask()
    {
        var given = await CompositionCase.Disability(registry);
        var job = (await given.Create()).Succeeded().Data.GetProperty("id").GetGuid();

        // The statement that ends the task has the row of the task and waits for the row of the job.
        var held = await Hold("SELECT FROM async_jobs WHERE id = $1 FOR UPDATE", job);
        using var node = await Serve("worker");
        await registry.WaitForBlockedQuery();
        await node.Freeze();
        await held.DisposeAsync();
        await using var end = registry.Database.Command("UPDATE background_tasks SET locked_until = now() WHERE job_id = $1", job);
        // For the test the lease ends now. The statement needs the row that the frozen node has.
        Assert.Equal(1, await Eventually.Ends(end.ExecuteNonQueryAsync(Ct)));
        Assert.Equal("PENDING", await registry.Scalar<string>("SELECT status FROM async_jobs WHERE id = $1", job));

        using var other = await Serve("worker");
        var ended = await given.Ended(job);
        node.Signal(ServerProcess.Continue);
        await Eventually.Holds(
            () => node.Errors.Contains("lost its lease; nothing was written", StringComparison.Ordinal), () => node.Errors);

        Assert.Equal("DONE", ended.Data.GetProperty("status").GetString());
        Assert.Equal(ended.Text, (await given.Status(job)).Text);
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM compositions WHERE subject_id = $1", given.Subject));
        Assert.Equal(2, await registry.Scalar<int>("SELECT attempts FROM background_tasks WHERE job_id = $1", job));
    }

    /// <summary>A transaction that has executed the statement; disposing it gives its rows back.</summary>
    private async Task<NpgsqlConnection> Hold(string sql, Guid id)
    {
        var connection = await registry.Database.OpenSession(Ct);
        await using var begin = PostgresDatabase.Command(connection, "BEGIN");
        await begin.ExecuteNonQueryAsync(Ct);
        await using var command = PostgresDatabase.Command(connection, sql, id);
        await command.ExecuteNonQueryAsync(Ct);
        return connection;
    }

    private Task<ServerProcess> Serve(string roles) => ServerProcess.Serve(new Dictionary<string, string>
    {
        // A sandbox would load its demo registry.
        ["ESOZ_MODE"] = "production",
        ["ESOZ_DATABASE"] = registry.ConnectionString,
        ["ESOZ_DATA_DIR"] = registry.DataDirectory,
        ["MEDIA_STORAGE_SIGNING_KEY"] = EsozProcess.SigningKey,
        ["ESOZ_IDLE_TRANSACTION_SECONDS"] = "1",
        ["ESOZ_LOCK_TIMEOUT_SECONDS"] = "60",
    }, "--roles", roles);
}
