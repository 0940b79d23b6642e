using System.Text.RegularExpressions;
using Esoz.BulkExport;
using Esoz.BulkExport.Building;
using Esoz.Diagnosis;
using Esoz.OperatorConsole;
using Esoz.Pages;
using Esoz.Platform.Database;
using Esoz.Tests.OperatorConsole;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Esoz.Tests.Platform.Database;

/// <summary>Reads from a standby (docs/adr/0055), on a real one that streams from the cluster.</summary>
public sealed partial class ReadReplicaTests(ReplicatedRegistry replicated) : IClassFixture<ReplicatedRegistry>
{
    private const string Scope = "division:read division:deactivate division:details employee_role:read";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Registry Registry => replicated.Registry;

    [Fact(DisplayName = "While replay is paused: who wrote finds the change in the list, others do not until the lag reaches its bound, then all do")]
    public async Task ReadsItsWrites()
    {
        var (provider, writer, other) = await Callers();
        while (true)
        {
            await ReplicatedRegistry.IsUsed(Registry.Services);
            var division = await Registry.Given.Division(provider);
            await Replayed();
            await ReplicatedRegistry.IsUsed(Registry.Services);
            await replicated.Standby.Pause();
            try
            {
                (await Registry.Send("PATCH", $"/api/divisions/{division}/actions/deactivate", writer)).Succeeded();
                Assert.Equal("INACTIVE", await StatusOf(Registry, division, writer));

                var before = await FromReplica();
                var seen = await StatusOf(Registry, division, other);
                // The machine may have been too slow: then the lag was over the bound before the request came.
                if (await FromReplica() == before)
                    continue;
                Assert.Equal("ACTIVE", seen);

                await Eventually.Holds(async () => await StatusOf(Registry, division, other) == "INACTIVE");
                Assert.Null(Registry.Services.GetRequiredService<ReadReplica>().Usable);
                Assert.Equal("INACTIVE", await StatusOf(Registry, division, writer));
                break;
            }
            finally
            {
                await replicated.Standby.Resume();
            }
        }
        await ReplicatedRegistry.IsUsed(Registry.Services);
        var resumed = await FromReplica();
        (await Registry.Send("GET", "/api/divisions", other)).Succeeded();
        Assert.Equal(resumed + 1, await FromReplica());
    }

    [Fact(DisplayName = "A change on one node is known to the other: who wrote reads it there from the primary, by id and in the list")]
    public async Task OnAnotherNode()
    {
        var (provider, writer, _) = await Callers();
        var division = await Registry.Given.Division(provider);
        await using var node = await replicated.SecondNode();
        await ReplicatedRegistry.IsUsed(node.Services);
        await Replayed();
        await replicated.Standby.Pause();
        try
        {
            (await Registry.Send("PATCH", $"/api/divisions/{division}/actions/deactivate", writer)).Succeeded();
            await Eventually.Holds(() => !node.Services.GetRequiredService<RecentChanges>().IsOver(provider));

            var answer = (await node.Send("GET", $"/api/divisions?ids={division}", writer)).Succeeded();
            Assert.Equal("INACTIVE", answer.Data[0].GetProperty("status").GetString());
        }
        finally
        {
            await replicated.Standby.Resume();
        }
    }

    [Fact(DisplayName = "A standby that goes away costs no request: the list is read from the primary, and from the standby when it is back")]
    public async Task Away()
    {
        var (_, _, other) = await Callers();
        await ReplicatedRegistry.IsUsed(Registry.Services);
        (await Registry.Send("GET", "/api/divisions", other)).Succeeded();

        await replicated.Standby.Stop();
        Assert.False(await Registry.Services.GetRequiredService<ReadReplica>().ReadOlder(OnStandby));
        for (var i = 0; i < 5; i++)
            (await Registry.Send("GET", "/api/divisions", other)).Succeeded();
        Assert.Null(Registry.Services.GetRequiredService<ReadReplica>().Usable);
        var build = await replicated.Registry.Build(GetDivisionsBulk.Resource);
        Assert.Contains(Registry.Log.Lines, line => line.Contains("so snapshots are read from the primary", StringComparison.Ordinal));
        Assert.True(build.Full.Rows > 0);

        await replicated.Standby.Start();
        await ReplicatedRegistry.IsUsed(Registry.Services);
        var before = await FromReplica();
        (await Registry.Send("GET", "/api/divisions", other)).Succeeded();
        Assert.Equal(before + 1, await FromReplica());
    }

    [Fact(DisplayName = "Snapshots are read from the standby, have all that was committed before, and are kept in the primary; what is read there is no primary's work")]
    public async Task Builds()
    {
        await replicated.Registry.SomeEmployees(new Random(5), 200);
        await using var connection = await Registry.Database.OpenSession(Ct);
        await using var point = await ReadPoint.Take(Registry.Database, connection, ReadPoint.MaxIdleTransactionAge, Ct);
        await using (var there = await point.On(Registry.Services.GetRequiredService<ReadReplica>(), Eventually.Limit, Ct))
        {
            await using var reader = there!.Source.OpenForBulk();
            there.Join(reader);
            Assert.Equal((point.At, point.AsOf), (there.At, there.AsOf));
            Assert.True(await PostgresDatabase.Command(reader, "SELECT pg_is_in_recovery()").ReadValue<bool>(Ct));
            Assert.True(await PostgresDatabase.Command(reader, "SELECT count(*) FROM employees").ReadValue<long>(Ct) >= 200);
        }
        var scans = await Scans();
        var build = await replicated.Registry.Build();
        Assert.Equal(scans, await Scans());

        Assert.Equal(await Registry.Scalar<long>("SELECT count(*) FROM employees"), build.Full.Rows);
        Assert.Equal(build.Snapshot.Generation, await replicated.Registry.GenerationInService());

        async Task<long> Scans()
        {
            await using var one = await Registry.Database.OpenSession(Ct);
            return await PostgresDatabase.Command(one, """
                SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'employees' AND schemaname = 'esoz'
                """).ReadValue<long>(Ct);
        }
    }

    [Fact(DisplayName = "doctor says that the standby is used, and why another database is not")]
    public async Task Doctor()
    {
        var used = await ReplicaFindings.Of(Registry.Settings, Registry.Database, Ct);
        Assert.Equal(("good", "read replica"), ($"{used!.Severity}".ToLowerInvariant(), used.Subject));
        Assert.Null(await ReplicaFindings.Of(Registry.Settings with { ReadDatabase = "" }, Registry.Database, Ct));
        Assert.Contains("it is not a standby",
            (await ReplicaFindings.Of(Registry.Settings with { ReadDatabase = Registry.ConnectionString }, Registry.Database, Ct))!.Found,
            StringComparison.Ordinal);
        Assert.Contains("not used",
            (await ReplicaFindings.Of(Registry.Settings with { ReadDatabase = "Host=127.0.0.1;Port=1;Username=u" }, Registry.Database, Ct))!.Found,
            StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A reader on the standby that stands in the way of what is replayed is cancelled: a conflict, for which the primary is read")]
    public async Task Conflict()
    {
        await ReplicatedRegistry.IsUsed(Registry.Services);
        await replicated.Standby.Execute("ALTER SYSTEM SET max_standby_streaming_delay = 0");
        await replicated.Standby.Execute("SELECT pg_reload_conf()");
        await Registry.Execute("CREATE TABLE in_the_way AS SELECT generate_series(1, 1000) AS number");
        await Replayed();
        await using var reader = await replicated.Registry.Services.GetRequiredService<ReadReplica>().Database!.OpenSession(Ct);
        await reader.Execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM in_the_way", Ct);
        await Registry.Execute("DELETE FROM in_the_way");
        await Registry.Execute("VACUUM in_the_way");

        NpgsqlException? fault = null;
        await Eventually.Holds(async () =>
        {
            fault = await Record.ExceptionAsync(() => reader.Execute("SELECT count(*) FROM in_the_way", Ct)) as NpgsqlException;
            return fault is not null;
        });
        Assert.NotNull(ReplicaFaults.Of(fault!));
    }

    [Fact(DisplayName = "Screens of the console: while replay is paused, who changed something finds it behind the redirect, another user sees what was before")]
    public async Task Screens()
    {
        var (actor, reader) = (await Session(ConsoleRole.OpsRead, ConsoleRole.OpsAct), await Session(ConsoleRole.OpsRead));
        const string list = UserList.Path + "?state=blocked";
        while (true)
        {
            var user = await Operator.Make(Registry);
            await Replayed();
            await ReplicatedRegistry.IsUsed(Registry.Services);
            Assert.True(await Registry.Services.GetRequiredService<ReadReplica>().ReadOlder(OnStandby));
            await replicated.Standby.Pause();
            try
            {
                var changed = await Send(HttpMethod.Post, $"{UserView.AddressOf(user.User)}/change", actor);
                Assert.Equal(303, changed.Status);
                Assert.Contains("Заблоковано", (await Send(HttpMethod.Get, $"{changed.Headers.Location}", actor)).Text, StringComparison.Ordinal);
                Assert.Contains(user.Email, (await Send(HttpMethod.Get, list, actor)).Text, StringComparison.Ordinal);

                var before = await FromReplica();
                var seen = (await Send(HttpMethod.Get, list, reader)).Text;
                // The machine may have been too slow, as above.
                if (await FromReplica() == before)
                    continue;
                Assert.DoesNotContain(user.Email, seen, StringComparison.Ordinal);
                break;
            }
            finally
            {
                await replicated.Standby.Resume();
            }
        }

        // Not by signing in, which the user is told of.
        async Task<string> Session(params string[] roles) => await Registry.Services.GetRequiredService<ConsoleSessions>()
            .Begin((await Operator.Make(Registry, roles)).User, awaitedToken: null, Ct);

        async Task<Answer> Send(HttpMethod verb, string path, string session)
        {
            using var request = new HttpRequestMessage(verb, path);
            request.Headers.Add("Cookie", $"{HostCookie.Console.LocalName}={session}");
            if (verb == HttpMethod.Post)
                request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["form_token"] = ConsoleSessions.FormTokenOf(session),
                    ["change"] = "block",
                });
            using var response = await Registry.Http.SendAsync(request, Ct);
            return await Answer.Of(response);
        }
    }

    [Fact(DisplayName = "Lists of MIS and NHS, and of the console, declare that they may lag; a read by id, a job and every write do not")]
    public void Declared()
    {
        Assert.Equal(
            ["getContractDivisions", "getContractEmployees", "getContracts", "getDivisions", "getEmployeeRoles", "getEmployees", "getEvents",
                "getHealthcareServices", "getLegalEntities"],
            Methods.All.Where(card => card.MayLag).Select(card => card.OperationId).Order(StringComparer.Ordinal));
        Assert.All(Methods.All.Where(card => card.MayLag), card => Assert.False(card.TellsOfChanges));
        Assert.Equal(
            ["console-changes", "console-clients", "console-contracts", "console-contracts-csv", "console-journal", "console-legal-entities",
                "console-refusals", "console-users"],
            WebPages.All.Where(page => page.MayLag).Select(page => page.Id).Order(StringComparer.Ordinal));
        Assert.All(WebPages.All.Where(page => page.MayLag), page => Assert.False(page.Changes));
        Assert.Equal(["getAsyncJobStatus"], Methods.All.Where(card => card is { Verb: "GET", TellsOfChanges: true }).Select(card => card.OperationId));
    }

    private static Task<bool> OnStandby(PostgresDatabase database) => database.Command("SELECT pg_is_in_recovery()").ReadValue<bool>(Ct);

    private async Task<(Guid Provider, Credential Writer, Credential Other)> Callers()
    {
        var provider = await Registry.Given.Provider();
        var mis = Guid.NewGuid();
        await Registry.Given.Client(mis, "MIS");
        return (provider, await Registry.Given.Token(provider, Scope), await Registry.Given.Token(mis, Scope));
    }

    private static async Task<string?> StatusOf(Registry registry, Guid division, Credential caller) =>
        (await registry.Send("GET", $"/api/divisions?ids={division}", caller)).Succeeded().Data[0].GetProperty("status").GetString();

    /// <summary>Everything that is committed is on the standby.</summary>
    private async Task Replayed() =>
        Assert.True(await Registry.Services.GetRequiredService<ReadReplica>().CatchUp(Eventually.Limit, Ct));

    /// <summary>Requests that were answered from the standby.</summary>
    private async Task<int> FromReplica() => ReadsOfReplica().Match(await Registry.Http.GetStringAsync("/metrics", Ct)) is { Success: true } reads
        ? int.Parse(reads.Groups[1].Value) : 0;

    [GeneratedRegex("""^esoz_replica_reads_total\{database="replica",reason=""\} (\d+)""", RegexOptions.Multiline)]
    private static partial Regex ReadsOfReplica();
}
