using Esoz.Sandbox.Demo;

namespace Esoz.Tests.Sandbox.Demo;

/// <summary>The registry that a sandbox starts with.</summary>
public sealed class DemoRegistryTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "An empty registry is filled once, however many processes start at the same time")]
    public async Task LoadsOnce()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => DemoRegistry.Load(registry.Database, Ct)));

        Assert.All(answers, Assert.True);
        Assert.Equal(6, await registry.Scalar<long>("SELECT count(*) FROM legal_entities"));
        Assert.Equal(
            1, await registry.Scalar<long>("SELECT count(*) FROM employees WHERE id = $1 AND status = 'APPROVED'", DemoIds.Doctor));
    }

    [Fact(DisplayName = "Credentials of the previous start end when the next one issues its own, and no secret is stored")]
    public async Task ReplacesCredentials()
    {
        await DemoRegistry.Load(registry.Database, Ct);
        var former = await DemoCredentials.Issue(registry.Database, Ct);
        var present = await DemoCredentials.Issue(registry.Database, Ct);

        Assert.Equal(401, (await Call(former.Doctor)).Status);
        Assert.Equal(403, (await Call(present.Doctor)).Status);
        Assert.Equal(4, await registry.Scalar<long>("SELECT count(*) FROM tokens WHERE expires_at > extract(epoch FROM now())"));
        Assert.Equal(
            3, await registry.Scalar<long>(
                "SELECT count(*) FROM connections WHERE expires_at BETWEEN now() + interval '23 h' AND now() + interval '24 h'"));
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM tokens t WHERE t::text LIKE '%' || $1 || '%'", present.Doctor));
        Assert.Equal(
            0, await registry.Scalar<long>("SELECT count(*) FROM connections c WHERE c::text LIKE '%' || $1 || '%'", present.PisKey));

        Task<Answer> Call(string token) =>
            registry.Send("PATCH", $"/api/employee_roles/{DemoIds.Role}/actions/deactivate", new Credential(token));
    }

    [Fact(DisplayName = "There is always a role to deactivate: the doctor's in turn, then new ones")]
    public async Task RenewsTheRole()
    {
        await DemoRegistry.Load(registry.Database, Ct);
        var roles = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            var (role, change) = await DemoRenewal.Run(registry.Database, Ct);
            Assert.Equal((role, change), await DemoRenewal.Run(registry.Database, Ct));
            roles.Add(role);
            await registry.Execute("UPDATE employee_roles SET status = 'INACTIVE', end_date = now() WHERE id = $1", role);
        }

        Assert.Equal([DemoIds.Role, DemoIds.RoleAtHome, DemoIds.RoleAtBranch], roles[..3]);
        Assert.Equal(5, roles.Distinct().Count());
    }
}

/// <summary>A registry that contains other data.</summary>
public sealed class ForeignRegistryTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "A registry with any data is not changed")]
    public async Task LeavesOthersAlone()
    {
        await registry.Given.LegalEntity();

        Assert.False(await DemoRegistry.Load(registry.Database, TestContext.Current.CancellationToken));
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM legal_entities"));
    }
}
