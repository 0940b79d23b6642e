using Esoz.Platform.Database;

namespace Esoz.Tests.Platform.Journal;

/// <summary>When the access journal cannot be written, nobody gets personal data; everything else goes on.</summary>
public sealed class JournalOutageTests(JournalOutageTests.Impatient registry) : IClassFixture<JournalOutageTests.Impatient>
{
    /// <summary>Its sessions wait for a lock for one second only.</summary>
    public sealed class Impatient(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["ESOZ_LOCK_TIMEOUT_SECONDS"] = "1" };
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Reads of personal data are 503 in the envelope of the family with Retry-After; afterwards they are answered again")]
    public async Task Refuses()
    {
        var composition = await Compositions.CompositionCase.Disability(registry);
        var conclusion = await composition.Existing("2026-03-02", "2026-03-06");
        var token = await registry.Given.Token(composition.Provider, "employee_role:read division:read");
        var role = await registry.Given.EmployeeRole(composition.Provider);
        var path = $"/api/employee_roles/{role}";
        await registry.Execute("ALTER TABLE access_journal RENAME TO away");
        try
        {
            var il = await registry.Send("GET", path, token);
            il.IsIlRefusal(503, "service_unavailable", "Service is temporarily unavailable");
            Assert.Equal("5", il.Headers.GetValues("Retry-After").Single());
            Assert.DoesNotContain($"{role}", il.Text.Replace(path, "", StringComparison.Ordinal), StringComparison.Ordinal);
            (await composition.Get(conclusion)).IsMcRefusal(503, 503, "SERVICE_UNAVAILABLE", "Service is temporarily unavailable");

            (await registry.Send("GET", "/api/divisions", token)).Succeeded();
            Assert.Equal(401, (await registry.Send("GET", path)).Status);
        }
        finally
        {
            await registry.Execute("ALTER TABLE away RENAME TO access_journal");
        }

        var answer = (await registry.Send("GET", path, token)).Succeeded();
        Assert.Equal(200, (await registry.Entry(answer)).Status);
    }

    [Fact(DisplayName = "Refusals during an outage are answered, and their rows are written when it is over")]
    public async Task Keeps()
    {
        var provider = await registry.Given.Provider();
        var token = await registry.Given.Token(provider, "employee_role:read");
        var role = await registry.Given.EmployeeRole(provider);
        Answer refused;
        await using (var connection = await registry.Database.OpenSession(Ct))
        await using (var transaction = await connection.BeginTransactionAsync(Ct))
        {
            await connection.Execute("LOCK TABLE access_journal IN ACCESS EXCLUSIVE MODE", Ct);
            refused = await registry.Send("GET", $"/api/employee_roles/{Guid.NewGuid()}", token);
            Assert.Equal(404, refused.Status);
            Assert.Equal(503, (await registry.Send("GET", $"/api/employee_roles/{role}", token)).Status);
        }

        var answer = (await registry.Send("GET", $"/api/employee_roles/{role}", token)).Succeeded();

        Assert.Equal(404, (await registry.Entry(refused)).Status);
        Assert.Equal([200, 404, 503], (await registry.Entries(new() { ClientId = provider })).Select(entry => entry.Status).Order());
        Assert.Equal(200, (await registry.Entry(answer)).Status);
    }

    [Fact(DisplayName = "A change is answered during an outage: the audit log has it in its transaction, and its row follows")]
    public async Task Changes()
    {
        var provider = await registry.Given.Provider();
        var token = await registry.Given.Token(provider, "employee_role:read employee_role:write");
        var role = await registry.Given.EmployeeRole(provider);
        Answer changed;
        await using (var connection = await registry.Database.OpenSession(Ct))
        await using (var transaction = await connection.BeginTransactionAsync(Ct))
        {
            await connection.Execute("LOCK TABLE access_journal IN ACCESS EXCLUSIVE MODE", Ct);
            changed = (await registry.Send("PATCH", $"/api/employee_roles/{role}/actions/deactivate", token)).Succeeded();
            Assert.Equal(provider, await registry.Scalar<Guid>(
                "SELECT client_id FROM audit_log WHERE resource_id = $1 AND request_id = $2", $"{role}", changed.RequestId()));
        }

        Assert.Equal((200, provider), ((await registry.Entry(changed)).Status, (await registry.Entry(changed)).ClientId));
    }
}
