using Esoz.OperatorConsole;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Storage;
using Esoz.Tests.Cli;
using Esoz.Tests.Compositions;
using Esoz.Tests.OperatorConsole;
using Esoz.Tests.Platform.Database;
using Esoz.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.Platform.Http;

/// <summary>A node that takes no changes (docs/adr/0061), beside one that does, on a primary and a real standby.</summary>
public sealed class ReadOnlyNodeTests(ReplicatedRegistry replicated) : IClassFixture<ReplicatedRegistry>
{
    private const string Scope = "division:read division:deactivate division:details employee:read composition:read";
    private const string Unavailable = "Service is temporarily unavailable";

    private static readonly (string, string) ReadOnly = ("ESOZ_READ_ONLY", "true");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Registry Registry => replicated.Registry;

    [Fact(DisplayName = "serve --read-only: start, probe, build, doctor and config say so; without a standby, or with background work, it does not start")]
    public async Task Program()
    {
        _ = Registry;
        using (var node = await ServerProcess.Serve(replicated.Settings, "--read-only"))
        {
            Assert.Contains("This node is read-only", node.Errors, StringComparison.Ordinal);
            using var http = new HttpClient { BaseAddress = node.Url };
            Assert.StartsWith("ready\nread-only\n", await http.GetStringAsync("/healthz/ready", Ct), StringComparison.Ordinal);
            var build = Assert.Single((await http.GetStringAsync("/metrics", Ct)).Split('\n'),
                line => line.StartsWith("esoz_build_info{", StringComparison.Ordinal));
            Assert.Contains("roles=\"api,web\"", build, StringComparison.Ordinal);
            Assert.Contains("read_only=\"true\"", build, StringComparison.Ordinal);
        }
        var doctor = await EsozProgram.Run(replicated.Settings, ["doctor", "--read-only"]);
        Assert.Contains("read-only node", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("goes on without its primary for 900 s", doctor.Output, StringComparison.Ordinal);
        Assert.Matches("ESOZ_READ_ONLY +--set +true",
            (await EsozProgram.Run(replicated.Settings, ["config", "show", "--set", "ESOZ_READ_ONLY=true"])).Output);

        var works = await EsozProgram.Run(replicated.Settings, ["serve", "--read-only", "--roles", "api,worker"]);
        Assert.Equal(2, works.Exit);
        Assert.Contains("does no background work", works.Errors, StringComparison.Ordinal);
        var alone = await EsozProgram.Run(
            new Dictionary<string, string>(replicated.Settings) { ["ESOZ_READ_DATABASE"] = "" }, ["serve", "--read-only"]);
        Assert.Equal(2, alone.Exit);
        Assert.Contains("set ESOZ_READ_DATABASE", alone.Errors, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Changes are refused in the envelope of the family, sign-in and forms of the console too: with a header for proxies, before credentials, without Retry-After")]
    public async Task Changes()
    {
        var provider = await Registry.Given.Provider();
        var token = await Registry.Given.Token(provider, Scope);
        var division = await Registry.Given.Division(provider);
        using var browser = await (await Operator.Make(Registry, ConsoleRole.ContractsRead)).SignIn(Registry);
        var cookie = browser.Cookies.GetCookieHeader(Registry.Url);
        await using var node = await replicated.SecondNode(Server.ReadingRoles, ReadOnly);

        var change = await node.Send("PATCH", $"/api/divisions/{division}/actions/deactivate", token);
        change.IsIlRefusal(503, "service_unavailable", ReadOnlyNode.TakesNoChanges.Message!);
        var stranger = await node.Send("DELETE", $"/api/admin/contracts/{Guid.NewGuid()}");
        stranger.IsIlRefusal(503, "service_unavailable", ReadOnlyNode.TakesNoChanges.Message!);
        var conclusion = await node.Send("POST", CompositionCase.Path, token, OtherNode.Json("{}"));
        conclusion.IsMcRefusal(503, 503, "SERVICE_UNAVAILABLE", ReadOnlyNode.TakesNoChanges.Message!);
        var signIn = await node.Send("POST", "/auth/login", null, OtherNode.Json("{}"));
        signIn.IsIlRefusal(503, "service_unavailable", ReadOnlyNode.TakesNoChanges.Message!);
        var page = await node.Send("GET", $"/sign-in?client_id={provider}");
        var form = await node.Send("POST", $"/console/contracts/{Guid.NewGuid()}/edit", null, new FormUrlEncodedContent([]), cookie);

        Assert.All([change, stranger, conclusion, signIn, page, form], answer =>
        {
            Assert.Equal(503, answer.Status);
            Assert.Equal(["read-only"], answer.Headers.GetValues("Esoz-Node"));
            Assert.Null(answer.Headers.RetryAfter);
        });
        Assert.All([page, form], answer => Assert.Contains("Цей вузол лише показує", answer.Text, StringComparison.Ordinal));
        Assert.Equal("ACTIVE", await Registry.Scalar<string>("SELECT status::text FROM divisions WHERE id = $1", division));

        if (Registry.Settings.Storage.Backend == StorageBackend.FileSystem)
        {
            var link = node.Services.GetRequiredService<ILinkSigner>().Sign(
                new("PUT", Registry.Settings.Buckets.AmbulatoryContracts, ObjectKey.Named(Guid.NewGuid(), ObjectName.FromLink("a.pdf")!),
                    DateTimeOffset.UtcNow, TimeSpan.FromMinutes(10)), node.Url.GetLeftPart(UriPartial.Authority));
            (await node.Send("PUT", link, null, new StringContent("%PDF-1.7")))
                .IsIlRefusal(503, "service_unavailable", ReadOnlyNode.TakesNoChanges.Message!);
        }

        // What changes nothing is as elsewhere.
        Assert.Equal(404, (await node.Send("POST", "/api/nothing", token)).Status);
        Assert.Equal(200, (await node.Send("GET", "/console/contracts", null, null, cookie)).Status);
        (await node.Send("GET", $"/api/divisions/{division}", token)).Succeeded();
    }

    [Fact(DisplayName = "Reads by id come from the standby within its bound, also where the card names the primary; who was told of a change reads it")]
    public async Task Reads()
    {
        var provider = await Registry.Given.Provider();
        var mis = Guid.NewGuid();
        await Registry.Given.Client(mis, "MIS");
        var (writer, other) = (await Registry.Given.Token(provider, Scope), await Registry.Given.Token(mis, Scope));
        await using var node = await replicated.SecondNode(Server.ReadingRoles, ReadOnly, ("ESOZ_READ_MAX_LAG_SECONDS", "3"));
        while (true)
        {
            var division = await Registry.Given.Division(provider);
            Assert.True(await node.Services.GetRequiredService<ReadReplica>().CatchUp(Eventually.Limit, Ct));
            await ReplicatedRegistry.IsUsed(node.Services);
            await replicated.Standby.Pause();
            try
            {
                (await Registry.Send("PATCH", $"/api/divisions/{division}/actions/deactivate", writer)).Succeeded();
                Assert.Equal("INACTIVE", await StatusOf(node, division, writer));
                var before = await FromReplica(node);
                var seen = await StatusOf(node, division, other);
                // The machine may have been too slow: then the lag was over the bound before the request came.
                if (await FromReplica(node) == before)
                    continue;
                Assert.Equal("ACTIVE", seen);
                await Eventually.Holds(async () => await StatusOf(node, division, other) == "INACTIVE");
                break;
            }
            finally
            {
                await replicated.Standby.Resume();
            }
        }
    }

    [Fact(DisplayName = "Without the primary: what is not personal goes on from the standby and says its age; personal data, changes and the console do not; all of it is as before when the primary is back")]
    public async Task Outage()
    {
        var composition = await CompositionCase.Disability(Registry);
        var job = (await composition.Create()).Succeeded().Data.GetProperty("id").GetGuid();
        var provider = await Registry.Given.Provider();
        var token = await Registry.Given.Token(provider, Scope);
        var division = await Registry.Given.Division(provider);
        using var browser = await (await Operator.Make(Registry, ConsoleRole.ContractsRead)).SignIn(Registry);
        var cookie = browser.Cookies.GetCookieHeader(Registry.Url);
        await using var node = await replicated.SecondNode(Server.ReadingRoles, ReadOnly);
        await using var strict = await replicated.SecondNode(Server.ReadingRoles, ReadOnly, ("ESOZ_READ_ONLY_OUTAGE_SECONDS", "0"));
        var replica = node.Services.GetRequiredService<ReadReplica>();
        await ReplicatedRegistry.IsKnown(node.Services);
        await ReplicatedRegistry.IsKnown(strict.Services);
        Assert.True(await replica.CatchUp(Eventually.Limit, Ct));

        await replicated.KillPrimary();
        try
        {
            // From the first request on: nobody has measured yet, and no credential is remembered.
            var first = (await node.Send("GET", $"/api/divisions/{division}", token)).Succeeded();
            Assert.True(replica.IsOutage);
            Assert.True(first.Headers.Age >= TimeSpan.Zero);
            Answer[] goesOn =
            [
                await node.Send("GET", "/api/v2/dictionaries?name=GENDER"),
                await node.Send("GET", $"/api/divisions?ids={division}", token),
                await node.Send("GET", $"{CompositionCase.Path}/job/{job}", composition.Credential),
                await node.Send("GET", "/docs"),
            ];
            Assert.All(goesOn, answer => answer.Succeeded());
            Assert.All(goesOn[..3], answer => Assert.NotNull(answer.Headers.Age));
            Assert.Equal(401, (await node.Send("GET", $"/api/divisions/{division}", new("unknown"))).Status);
            Assert.Equal((200, true), await Ready(node));

            var personal = await node.Send("GET", "/api/employees", token);
            personal.IsIlRefusal(503, "service_unavailable", Unavailable);
            Assert.NotNull(personal.Headers.RetryAfter);
            Assert.Equal(503, (await node.Send("GET", "/api/pis/bulk/divisions", new(ApiKey: "unknown"))).Status);
            Assert.Equal(503, (await node.Send("GET", "/console/contracts", null, null, cookie)).Status);
            var change = await node.Send("PATCH", $"/api/divisions/{division}/actions/deactivate", token);
            change.IsIlRefusal(503, "service_unavailable", ReadOnlyNode.TakesNoChanges.Message!);

            (await strict.Send("GET", $"/api/divisions/{division}", token)).IsIlRefusal(503, "service_unavailable", Unavailable);
            Assert.Equal((503, false), await Ready(strict));
        }
        finally
        {
            await replicated.RestartPrimary();
        }
        await Eventually.Holds(() => !replica.IsOutage);
        await Eventually.Holds(async () => (await node.Send("GET", "/api/employees", token)).Status == 200);
        var again = (await node.Send("GET", $"/api/divisions/{division}", token)).Succeeded();
        Assert.Null(again.Headers.Age);
        // What was refused meanwhile is on record by now; no answer with personal data lacks its row.
        await Eventually.Holds(async () => await Registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE status = 503 AND method_id LIKE '%mployee%'") > 0);
    }

    [Fact(DisplayName = "On a read-only node every read has its database chosen, but those of snapshots, which are read from the object store")]
    public void Routed() => Assert.All(Methods.All.Where(card => card.Verb == "GET"), card =>
        Assert.True(card.Family == Family.PisBulk || card.Handle.Method.GetParameters()
            .Any(it => it.ParameterType == typeof(PostgresDatabase) || it.ParameterType == typeof(ReadDatabase)), card.OperationId));

    private static async Task<string?> StatusOf(OtherNode node, Guid division, Credential caller) =>
        (await node.Send("GET", $"/api/divisions/{division}", caller)).Succeeded().Data.GetProperty("status").GetString();

    /// <summary>Status of the probe, and whether it says that the primary is away.</summary>
    private static async Task<(int Status, bool IsDegraded)> Ready(OtherNode node)
    {
        var answer = await node.Send("GET", "/healthz/ready");
        return (answer.Status, answer.Text.Contains("degraded: database: ", StringComparison.Ordinal));
    }

    private static async Task<string> FromReplica(OtherNode node) => (await node.Send("GET", "/metrics")).Text.Split('\n')
        .FirstOrDefault(line => line.StartsWith("esoz_replica_reads_total{database=\"replica\",reason=\"\"}", StringComparison.Ordinal)) ?? "";
}
