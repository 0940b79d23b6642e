using System.Text.Json;
using Esoz.EmployeeRoles;
using Esoz.Platform.Http;
using Esoz.Tests.Cli;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Platform.Journal;

/// <summary><c>journal show</c>, <c>journal export</c> and <c>request show</c>, and what is left after kill -9.</summary>
public sealed class JournalCommandTests(Registry registry) : IClassFixture<Registry>
{
    private Given Given => registry.Given;

    [Fact(DisplayName = "kill -9 just after a read was answered: its row is there")]
    public async Task Killed()
    {
        var provider = await Given.Provider();
        var (token, role) = (await Given.Token(provider, "employee_role:read"), await Given.EmployeeRole(provider));
        var acknowledged = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            using var server = await ServerProcess.Serve(Settings);
            using var http = new HttpClient { BaseAddress = server.Url, DefaultRequestHeaders = { { "Authorization", $"Bearer {token.Token}" } } };
            for (var i = 0; i < 20; i++)
            {
                using var answer = await http.GetAsync($"/api/employee_roles/{role}", TestContext.Current.CancellationToken);
                acknowledged.Add((await Answer.Of(answer)).Succeeded().RequestId());
            }
            await server.Kill();
        }

        var entries = await registry.Entries(new() { ClientId = provider });
        Assert.Equal(acknowledged.Order(), entries.Select(entry => entry.RequestId).Order());
    }

    [Fact(DisplayName = "show lists by person, user, client and request, newest first; export prints every row, oldest first; request show explains")]
    public async Task Commands()
    {
        var provider = await Given.Provider();
        var user = Guid.NewGuid();
        var token = await Given.Token(provider, "employee_role:read employee_role:write", user);
        var role = await Given.EmployeeRole(provider, "INACTIVE");
        var read = (await registry.Send("GET", $"/api/employee_roles/{role}", token)).Succeeded();
        var refused = await registry.Send("PATCH", $"/api/employee_roles/{role}/actions/deactivate", token);
        refused.IsIlRefusal(409, "request_conflict", "INACTIVE employee role cannot be DEACTIVATED");
        var stranger = await registry.Send("GET", $"/api/employee_roles/{role}", new("unknown"));
        await registry.Entry(refused);
        await registry.Entry(stranger);
        var employee = await registry.Scalar<Guid>("SELECT employee_id FROM employee_roles WHERE id = $1", role);
        var party = await registry.Scalar<Guid>("SELECT party_id FROM employees WHERE id = $1", employee);

        var shown = await Json("journal", "show", "--client", $"{provider}", "--json");
        Assert.Equal([refused.RequestId(), read.RequestId()], RequestIds(shown));
        Assert.Equal(
            ["id", "at", "client_id", "user_id", "connection_id", "connection_client_id", "method_id", "object_ids", "person_id", "party_id",
                "status", "rule", "code", "seen", "request_id", "address"],
            shown[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal([refused.RequestId(), read.RequestId()], RequestIds(await Json("journal", "show", "--user", $"{user}", "--json")));
        Assert.Equal([read.RequestId()], RequestIds(await Json("journal", "show", "--person", $"{party}", "--json")));
        Assert.Equal([stranger.RequestId()], RequestIds(await Json("journal", "show", "--request", stranger.RequestId(), "--json")));
        Assert.Empty(RequestIds(await Json("journal", "show", "--client", $"{provider}", "--until", "24h", "--json")));
        foreach (var from in (string[])["--from", "--since"])
            Assert.Equal(2, RequestIds(await Json("journal", "show", "--client", $"{provider}", from, "1h", "--json")).Count());
        Assert.Matches($@"^at +method +status +rule +code .*\n\S+Z +{DeactivateEmployeeRole.Card.Id} +409 +4 +request_conflict +{provider} +{user} ",
            await Done("journal", "show", "--client", $"{provider}"));
        var (exit, _, errors) = await EsozProgram.Run(Settings, ["journal", "show"]);
        Assert.Equal((2, true), (exit, errors.Contains("--person, --user, --client or --request", StringComparison.Ordinal)));

        var exported = (await EsozProcess.Run(Settings, ["journal", "export", "--since", "1h"])).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(await registry.Scalar<long>("SELECT count(*) FROM access_journal"), exported.Count);
        Assert.Equal(exported.Select(it => it.GetProperty("at").GetString()).Order(StringComparer.Ordinal),
            exported.Select(it => it.GetProperty("at").GetString()));

        var lines = await Done("request", "show", refused.RequestId());
        var rule = DeactivateEmployeeRole.Card.Validations.Single(rule => rule.Number == "4");
        foreach (var line in new[]
        {
            $"route       PATCH {DeactivateEmployeeRole.Card.Path}", "status      409", $"client      {provider}", $"user        {user}",
            "refused by  rule 4", $"rule        {rule.Rule}", $"text        {rule.Refusal.Message}", $"ids         {role}",
        })
            Assert.Contains($"{line}\n", lines, StringComparison.Ordinal);
        var gateway = (await Json("request", "show", stranger.RequestId(), "--json"))[0].GetProperty("refusal");
        Assert.Equal(("platform 5b", "Invalid access token"),
            (gateway.GetProperty("rule").GetString(), gateway.GetProperty("text").GetString()));
        Assert.Contains("The access journal has no request", (await EsozProgram.Run(Settings, ["request", "show", "nothing"])).Errors,
            StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Of one number with several checks the account names the one that refused; the caller's account has nothing of others")]
    public async Task Account()
    {
        var nhs = await Given.Nhs();
        var unknown = await Shown(await registry.Send("GET", "/api/admin/contract_employees", nhs with { Token = "unknown" }));
        Assert.Equal(("platform 6a/2", "token is known and not expired, its client and user may work"),
            (unknown.Refusal!.Rule, unknown.Refusal.Words));
        var text = await Shown(await registry.Send("POST", "/api/admin/contract_employees", nhs, "{"));
        Assert.Equal("platform 9/3", text.Refusal!.Rule);
        Assert.StartsWith("body is JSON", text.Refusal.Words, StringComparison.Ordinal);
        Assert.Equal("path and verb match a known route", (await Shown(await registry.Send("GET", "/api/nothing"))).Refusal!.Words);

        var (provider, user) = (await Given.Provider(), Guid.NewGuid());
        var token = await Given.Token(provider, "employee_role:read employee:details", user);
        var nobody = Guid.NewGuid();
        var own = await Shown(await registry.Send("GET", $"/api/employee_roles/{nobody}", token));
        var shown = own.For(provider, user)!;
        Assert.Equal((user, null, nobody), (shown.UserId, shown.Address, shown.ObjectIds.Single()));
        Assert.Equal(own.Refusal, shown.Refusal);
        Assert.Null(own.For(provider, Guid.NewGuid())!.UserId);
        Assert.Null(own.For(Guid.NewGuid(), user));
        var read = await Shown(await registry.Send("GET", $"/api/employees/{await Given.Employee(provider)}", token));
        Assert.NotNull(read.PartyId);
        Assert.Equal((null, 0), (read.For(provider, user)!.PartyId, read.For(provider, user)!.ObjectIds.Count));

        async Task<RequestAccount> Shown(Answer answer) => RequestAccount.Of(await registry.Entry(answer), Methods.All);
    }

    [Fact(DisplayName = "Of a refused write on one id request show names every rule that is broken now; of others and of checks of the gateway none")]
    public async Task BrokenNow()
    {
        var provider = await Given.Provider();
        var token = await Given.Token(provider, "employee_role:write");
        var role = await Given.EmployeeRole(provider, "INACTIVE");
        var path = $"/api/employee_roles/{role}/actions/deactivate";
        var refused = await registry.Send("PATCH", path, token);
        await registry.Entry(refused);
        Assert.Equal(["rule 4: status of the role is ACTIVE"], await Shown(refused));

        await registry.Execute("UPDATE legal_entities SET status = 'CLOSED' WHERE id = $1", provider);
        Assert.Equal(["rule 1: legal entity of the token is ACTIVE or SUSPENDED", "rule 4: status of the role is ACTIVE"],
            await Shown(refused));
        await registry.Execute("UPDATE legal_entities SET status = 'ACTIVE' WHERE id = $1", provider);
        await registry.Execute("UPDATE employee_roles SET status = 'ACTIVE', end_date = NULL WHERE id = $1", role);
        Assert.Equal(["no rule"], await Shown(refused));
        Assert.Empty((await Json("request", "show", refused.RequestId(), "--json"))[0].GetProperty("refusal").GetProperty("broken_now").EnumerateArray());

        var scope = await registry.Send("PATCH", path, await Given.Token(provider, "employee_role:read"));
        await registry.Entry(scope);
        Assert.Empty(await Shown(scope));

        foreach (var card in Methods.All.Where(card => card.BrokenNow is not null))
        {
            var broken = await card.BrokenNow!(registry.Database, new(Guid.NewGuid(), provider, Guid.NewGuid()),
                TestContext.Current.CancellationToken);
            Assert.NotEmpty(broken);
            Assert.Subset(card.Validations.ToHashSet(), broken.Select(it => it.Rule).ToHashSet());
        }

        async Task<IEnumerable<string>> Shown(Answer answer) =>
            (await Done("request", "show", answer.RequestId())).Split('\n')
            .Where(line => line.StartsWith("broken now", StringComparison.Ordinal)).Select(line => line["broken now".Length..].Trim());
    }

    private Dictionary<string, string> Settings => new()
    {
        ["ESOZ_DATABASE"] = registry.ConnectionString,
        ["ESOZ_DATA_DIR"] = registry.DataDirectory,
    };

    private static IEnumerable<string?> RequestIds(JsonElement entries) =>
        entries.EnumerateArray().Select(entry => entry.GetProperty("request_id").GetString());

    private async Task<JsonElement> Json(params string[] arguments) => JsonElement.Parse(await Done(arguments));

    private async Task<string> Done(params string[] arguments)
    {
        var (exit, output, errors) = await EsozProgram.Run(Settings, arguments);
        Assert.True(exit == 0, errors);
        return output;
    }
}
