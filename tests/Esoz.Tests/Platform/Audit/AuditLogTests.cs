using Esoz.Platform.Access;
using Esoz.Platform.Audit;
using Esoz.Tests.Cli;
using Esoz.Tests.Compositions;

namespace Esoz.Tests.Platform.Audit;

/// <summary>Who, through what, from where, and what was there before (platform §13).</summary>
public sealed class AuditLogTests(WorkingRegistry registry) : IClassFixture<WorkingRegistry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A change over HTTP has user, client, request id and address, and old and new values")]
    public async Task Request()
    {
        var provider = await registry.Given.Provider();
        var role = await registry.Given.EmployeeRole(provider);
        var user = Guid.NewGuid();

        (await registry.Send("PATCH", $"/api/employee_roles/{role}/actions/deactivate",
            await registry.Given.Token(provider, "employee_role:write", user), null, ("X-Request-ID", "mis-7#1"))).Succeeded();

        var entry = Assert.Single(await Find(new() { RequestId = "mis-7#1" }));
        Assert.Equal(("employee_roles", $"{role}", $"{user}", (Guid?)provider, "127.0.0.1", null),
            (entry.Resource, entry.ResourceId, entry.ActorId, entry.ClientId, entry.Address, entry.Operator));
        Assert.Equal("INACTIVE", entry.Changeset.GetProperty("status").GetString());
        Assert.Equal("""{"status": "ACTIVE", "end_date": null, "updated_by": null}""", entry.Former!.Value.GetRawText());
        Assert.Equal(["end_date", "status", "updated_by"],
            entry.Changeset.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    [Theory(DisplayName = "So has every change of a method of several statements, and of a request with an Idempotency-Key")]
    [InlineData("several#1", false)]
    [InlineData("same#1", true)]
    public async Task Statements(string request, bool isIdempotent)
    {
        var provider = await registry.Given.Provider();
        string[] changed;
        if (isIdempotent)
        {
            var contract = await registry.Given.Contract(provider);
            var division = await registry.Given.Division(provider);
            (await registry.Send("POST", "/api/admin/contract_divisions", await registry.Given.Nhs(),
                $$"""{"contract_id":"{{contract}}","division_id":"{{division}}"}""",
                ("X-Request-ID", request), ("Idempotency-Key", request))).Succeeded(201);
            changed = ["contract_divisions"];
        }
        else
        {
            await registry.Given.EmployeeRole(provider);
            (await registry.Send("PATCH", $"/api/legal_entities/{provider}/actions/deactivate",
                await registry.Given.Nhs("legal_entity:deactivate"), null, ("X-Request-ID", request))).Succeeded();
            changed = ["employee_roles", "employees", "legal_entities"];
        }

        var recorded = (await Find(new() { RequestId = request })).Select(it => it.Resource).ToList();
        Assert.All(changed, resource => Assert.Contains(resource, recorded));
    }

    [Fact(DisplayName = "A composition that a job writes has client and request id of the request that started the job")]
    public async Task Job()
    {
        var given = await CompositionCase.Disability(registry);
        var composition = await given.Draft();

        var entry = Assert.Single(await Find(new() { ResourceId = $"{composition}" }));
        Assert.Equal((Guid?)given.Provider, entry.ClientId);
        Assert.Equal(
            await registry.Scalar<string>("SELECT request_id FROM async_jobs WHERE composition_id = $1", composition), entry.RequestId);
    }

    [Fact(DisplayName = "What a command grants is recorded with its operator, and no secret or hash of one")]
    public async Task Operator()
    {
        var (client, user) = (Guid.NewGuid(), Guid.NewGuid());
        await Command("client", "create", "--id", $"{client}", "--type", "MSP");
        var token = await Command("token", "issue", "--client", $"{client}", "--user", $"{user}", "--scope", "employee:read");
        var key = await Command("apikey", "issue", "--client", $"{client}");
        await registry.Execute("UPDATE connections SET secret_hash = $2 WHERE client_id = $1", client, SecretHash.Of("other").Hex);
        await Command("token", "revoke", token);

        var entries = await Find(new() { Operator = "Олена Ткачук" });
        Assert.Equal(["clients", "connections", "tokens", "tokens", "users"], entries.Select(it => it.Resource).Order(StringComparer.Ordinal));
        var issued = entries.Single(it => it is { Resource: "tokens", Former: null }).Changeset;
        Assert.Equal($"{client}", issued.GetProperty("details").GetProperty("client_id").GetString());
        Assert.False(issued.TryGetProperty("value_hash", out _));
        var all = string.Concat((await Find(new() { Limit = 10_000 })).Select(it => $"{it.Changeset}{it.Former}"));
        foreach (var secret in new[] { token, key, SecretHash.Of(token).Hex, SecretHash.Of(key).Hex, SecretHash.Of("other").Hex })
            Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        Assert.Contains(await Find(new() { Resource = "connections" }), it => it.Changeset.GetRawText() == """{"secret_hash": "***"}""");
    }

    [Fact(DisplayName = "An expired token is purged without a row; a valid one that is deleted leaves one with what it was")]
    public async Task Deletion()
    {
        var provider = await registry.Given.Provider();
        var (expired, valid) = (Guid.NewGuid(), Guid.NewGuid());
        await registry.Given.Token(provider, "employee:read", expired);
        await registry.Given.Token(provider, "employee:read", valid);
        await registry.Execute("UPDATE tokens SET expires_at = 1 WHERE user_id = $1", expired);

        await registry.Execute("DELETE FROM tokens WHERE user_id IN ($1, $2)", expired, valid);

        var deleted = Assert.Single(await Find(new() { Resource = "tokens" }), it => it.Changeset.GetRawText() == "{}");
        Assert.Equal($"{valid}", deleted.Former!.Value.GetProperty("user_id").GetString());
    }

    [Fact(DisplayName = "audit list and show print old and new values; audit verify finds a change of the superuser, names the row and ends with 1")]
    public async Task Commands()
    {
        var division = await registry.Given.Division(await registry.Given.LegalEntity(), name: "Стара");
        await registry.Execute("UPDATE divisions SET name = 'Нова' WHERE id = $1", division);

        var list = await Command("audit", "list", "--resource", "divisions", "--id", $"{division}", "--limit", "1");
        var id = Assert.Single(await Find(new() { ResourceId = $"{division}", Limit = 1 })).Id;
        Assert.Matches($@"^id +time .*\n{id} ", list);
        Assert.Matches(@"member +old +new\nname +Стара +Нова$", await Command("audit", "show", $"{id}"));
        foreach (var (from, shown) in ((string[], bool)[])[(["--from", "1h"], true), (["--since", "2026-01-01"], true),
            (["--from", "2026-01-01T02:00+02:00", "--until", "24h"], false)])
            Assert.Equal(shown, (await Command(["audit", "list", "--resource", "divisions", "--id", $"{division}", .. from])).Contains($"{id}", StringComparison.Ordinal));
        Assert.Matches("rows sealed", await Command("audit", "seal"));
        Assert.Contains("0 findings", await Command("audit", "verify"), StringComparison.Ordinal);

        await SealedRegistry.Sealer(registry).Run(Ct);
        await SealedRegistry.Tamper(registry, $"UPDATE audit_log SET actor_id = 'nobody' WHERE id = '{id}'");
        var (exit, _, errors) = await Run("audit", "verify");
        Assert.Equal(1, exit);
        Assert.Matches($"audit_log, seal [0-9]+, row {id}: was changed", errors);
    }

    private Task<IReadOnlyList<AuditEntry>> Find(AuditQuery query) => new AuditLog(registry.Database).Find(query, Ct);

    private async Task<string> Command(params string[] arguments)
    {
        var (exit, output, errors) = await Run(arguments);
        Assert.True(exit == 0, errors);
        return output.Trim();
    }

    private Task<(int Exit, string Output, string Errors)> Run(params string[] arguments) => EsozProgram.Run(
        new Dictionary<string, string> { ["ESOZ_DATABASE"] = registry.ConnectionString, ["ESOZ_DATA_DIR"] = registry.DataDirectory },
        [.. arguments, "--operator", "Олена Ткачук"]);
}
