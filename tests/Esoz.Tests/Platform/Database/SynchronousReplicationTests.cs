using System.Text.Json.Nodes;
using Esoz.BulkExport.Snapshots;
using Esoz.Import;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Platform.Jobs;
using Esoz.Tests.Compositions;
using Esoz.Tests.Guards;
using Npgsql;

namespace Esoz.Tests.Platform.Database;

/// <summary>
/// Writes while PostgreSQL waits for a synchronous standby that does not exist. However the wait ends, the change is on one machine only,
/// and the first failover loses it: nothing of it may be acknowledged.
/// </summary>
public sealed class SynchronousReplicationTests(SynchronousReplicationTests.Primary primary)
    : IClassFixture<SynchronousReplicationTests.Primary>, IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private readonly Registry _registry = primary.Registry;
    private Guid _contract;

    /// <summary>Requests of the API, by what each writes with.</summary>
    public static TheoryData<string> Writes => ["one statement", "a transaction with its stored answer", "a job"];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await primary.Replicate(false);

    [Theory(DisplayName = "A write that timed out while waiting for the standby is not acknowledged")]
    [MemberData(nameof(Writes))]
    public async Task TimedOut(string write)
    {
        var send = await Request(write);
        await primary.Replicate(true);

        Unavailable(await send());
    }

    [Theory(DisplayName = "A write whose wait the operator cancelled is not acknowledged")]
    [MemberData(nameof(Writes))]
    public async Task Cancelled(string write)
    {
        var send = await Request(write);
        await primary.Replicate(true);

        var answer = send();
        while (!answer.IsCompleted && !await CancelWait())
            await Task.Delay(10, Ct);

        Unavailable(await answer);
    }

    [Fact(DisplayName = "The stored answer of a write that timed out is not repeated before a standby has it")]
    public async Task Repeated()
    {
        var send = await Request("a transaction with its stored answer");
        await primary.Replicate(true);
        Unavailable(await send());

        Unavailable(await send());

        await primary.Replicate(false);
        Assert.Equal(201, (await send()).Status);
        Assert.Equal(1, await _registry.Scalar<long>("SELECT count(*) FROM contract_divisions WHERE contract_id = $1", _contract));
    }

    [Fact(DisplayName = "A commit whose caller gave up, while it waited for the standby, is not a success, whoever is faster")]
    public async Task GivenUp()
    {
        await primary.Replicate(true);

        for (var attempt = 0; attempt < 10; attempt++)
        {
            await using var write = await _registry.Database.OpenForWrite(Ct);
            using var caller = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var commit = Commit(write, caller.Token);
            while (!commit.IsCompleted && !await primary.SomebodyWaits())
                await Task.Delay(10, Ct);
            await caller.CancelAsync();

            await Assert.ThrowsAnyAsync<Exception>(() => commit);
        }
    }

    /// <summary>Commands of an operator and background work, by what they write.</summary>
    public static TheoryData<string> Commands =>
    [
        "client", "token", "api-key", "revoked token", "revoked api-key", "retried job", "import", "import of the НСЗУ file",
        "snapshot in service",
    ];

    [Theory(DisplayName = "A command whose commit is on one machine only ends with an error, and prints no secret")]
    [MemberData(nameof(Commands))]
    public async Task Operator(string what)
    {
        var run = await Command(what);
        await primary.Replicate(true);

        var command = run();
        while (!command.IsCompleted)
        {
            await CancelWait();
            await Task.Delay(10, Ct);
        }

        await Assert.ThrowsAsync<CommitNotReplicatedException>(() => command);
    }

    private async Task<Func<Task>> Command(string what)
    {
        var (registrar, client) = (_registry.Registrar, Guid.NewGuid());
        Task<bool> Register() => registrar.Register(new(client, "MIS", null, null, AccessType.Direct, null), Ct);
        if (what != "client")
            await Register();
        switch (what)
        {
            case "client":
                return Register;
            case "token":
                return () => registrar.IssueToken(client, Guid.NewGuid(), "employee:read", TimeSpan.FromHours(1), Ct);
            case "api-key":
                return () => registrar.IssueKey(client, TimeSpan.FromHours(1), Ct);
            case "revoked token":
                var token = await registrar.IssueToken(client, Guid.NewGuid(), "employee:read", TimeSpan.FromHours(1), Ct);
                return () => registrar.RevokeToken(token!, Ct);
            case "revoked api-key":
                var key = await registrar.IssueKey(client, TimeSpan.FromHours(1), Ct);
                return () => registrar.RevokeKey(key!, Ct);
            case "retried job":
                var task = await _registry.Scalar<long>("""
                    INSERT INTO background_tasks (type, key, payload, status) VALUES ('NONE', gen_random_uuid(), '{}', 'DEAD') RETURNING id
                    """);
                return () => new JobTable(_registry.Database).Requeue($"{task}", Ct);
            case "import":
                var folder = Directory.CreateDirectory(Path.Combine(_registry.DataDirectory, "import"));
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, "parties.ndjson"),
                    $$"""{"id":"{{Guid.NewGuid()}}","first_name":"Олена","last_name":"Ткачук","birth_date":"1983-05-17","gender":"FEMALE","tax_id":"3000000001","documents":[{"type":"PASSPORT","number":"АА000001"}],"phones":[{"type":"MOBILE","number":"+380000000001"}],"inserted_by":"{{client}}"}""", Ct);
                return () => ImportDirectory.Run(_registry.Database.Sessions, folder.FullName, _ => { }, Ct);
            case "import of the НСЗУ file":
                // The first provider, under a code that no other test makes up.
                var rows = File.ReadLines(SourceTree.PathOf("tests", "data", "nszu.csv")).Take(2);
                var file = Path.Combine(_registry.DataDirectory, "nszu.csv");
                await File.WriteAllLinesAsync(file, rows.Select(row => row.Replace("40000001", "99000001", StringComparison.Ordinal)), Ct);
                return () => ImportNszu.Run(_registry.Database.Sessions, file, Ct);
            case "snapshot in service":
                var snapshot = new Snapshot(Guid.NewGuid(), "employees", DateTime.UtcNow, 0);
                var table = new SnapshotTable(_registry.Database);
                await table.Begin(snapshot, Ct);
                var report = new BuildReport(snapshot, [new(null, 0, 2, "", 2, "")], WindowsValidFrom: null, Form: "", TimeSpan.Zero)
                {
                    ReadAsOf = "1:1:",
                };
                return () => table.PutIntoService([report], Ct);
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what, null);
        }
    }

    private static void Unavailable(Answer answer)
    {
        Assert.True(answer.Status == 503, $"Expected 503, got {answer.Status}: {answer.Text}");
        Assert.Contains("Service is temporarily unavailable", answer.Text, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter!.Delta);
    }

    private static async Task Commit(WriteConnection write, CancellationToken ct)
    {
        await write.Connection.Execute("SELECT pg_logical_emit_message(true, 'test', '')", ct);
        write.EnsureReplicated();
    }

    /// <returns>Sends the request; every call sends the same one.</returns>
    private async Task<Func<Task<Answer>>> Request(string write)
    {
        var given = _registry.Given;
        if (write == "a job")
            return (await CompositionCase.Disability(_registry)).Create;

        var (nhs, contractor) = (await given.Nhs(), await given.LegalEntity());
        _contract = await given.Contract(contractor);
        var body = new JsonObject
        {
            ["division_id"] = (await given.Division(contractor)).ToString(),
            ["contract_id"] = _contract.ToString(),
        }.ToJsonString();
        (string, string)[] headers = write == "one statement" ? [] : [("Idempotency-Key", Guid.NewGuid().ToString())];
        return () => _registry.Send("POST", "/api/admin/contract_divisions", nhs, body, headers);
    }

    private Task<bool> CancelWait() => _registry.Scalar<bool>(
        "SELECT coalesce(bool_or(pg_cancel_backend(pid)), false) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");

    /// <summary>A PostgreSQL of its own, whose commits can be made to wait, and the program on it.</summary>
    public sealed class Primary : IAsyncLifetime
    {
        private readonly TestCluster _cluster = new();

        public Primary() => Registry = new Impatient(_cluster);

        public Registry Registry { get; }

        public ValueTask InitializeAsync() => Registry.InitializeAsync();

        public async ValueTask DisposeAsync()
        {
            await Registry.DisposeAsync();
            await _cluster.DisposeAsync();
        }

        public Task<bool> SomebodyWaits() =>
            Registry.Scalar<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')");

        /// <summary>Makes commits wait for a standby that does not exist, or no longer wait. Returns when the server does so.</summary>
        public async Task Replicate(bool isSynchronous)
        {
            await using var superuser = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(Registry.ConnectionString) { Username = "postgres", Pooling = false });
            await using var connection = await superuser.OpenConnectionAsync(Ct);
            await connection.Execute($"ALTER SYSTEM SET synchronous_standby_names = '{(isSynchronous ? "absent" : "")}'", Ct);
            await connection.Execute("SELECT pg_reload_conf()", Ct);
            while (isSynchronous && !await CommitWaits())
                await Task.Delay(10, Ct);
        }

        private async Task<bool> CommitWaits()
        {
            await using var connection = await Registry.Database.OpenSession(Ct);
            var write = connection.Execute("SELECT pg_logical_emit_message(true, 'probe', '')", Ct);
            while (!write.IsCompleted && !await SomebodyWaits())
                await Task.Delay(10, Ct);
            var waits = !write.IsCompleted;
            if (waits)
                await Registry.Scalar<bool>("SELECT pg_cancel_backend($1)", connection.ProcessID);
            await write;
            return waits;
        }
    }

    private sealed class Impatient(TestCluster cluster) : Registry(cluster)
    {
        protected override string ConnectionOptions => ";Command Timeout=3";
    }
}
