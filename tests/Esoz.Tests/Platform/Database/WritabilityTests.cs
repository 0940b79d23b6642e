namespace Esoz.Tests.Platform.Database;

/// <summary>A database that answers every read and refuses every change.</summary>
public sealed class WritabilityTests(WritabilityTests.Failing failing) : IClassFixture<WritabilityTests.Failing>
{
    [Fact(DisplayName = "On a standby, and on a database that an operator made read-only, the server is not ready, and changes are refused with 503")]
    public async Task ReadOnly()
    {
        var registry = failing.Registry;
        var token = await registry.Given.Token(await registry.Given.Provider(), "employee_role:write employee_role:read");
        var role = $"/api/employee_roles/{Guid.NewGuid()}";
        var name = await registry.Scalar<string>("SELECT current_database()::text");
        await registry.Execute($"ALTER DATABASE {name} SET default_transaction_read_only = on");
        await registry.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        await Eventually.Holds(async () => await Ready(registry) == (503, "database: is read-only (default_transaction_read_only)\n"));

        await failing.Cluster.BecomeStandby();

        await Eventually.Holds(async () => await Ready(registry) == (503, "database: is a standby\n"));
        (await registry.Send("PATCH", $"{role}/actions/deactivate", token))
            .IsIlRefusal(503, "service_unavailable", "Service is temporarily unavailable");
        Assert.Equal(404, (await registry.Send("GET", role, token)).Status);
    }

    private static async Task<(int, string)> Ready(Registry registry)
    {
        var answer = await registry.Send("GET", "/healthz/ready");
        return (answer.Status, answer.Text);
    }

    /// <summary>A cluster of its own, because nothing else can use it afterwards.</summary>
    public sealed class Failing : IAsyncLifetime
    {
        public Failing() => Registry = new(Cluster);

        public TestCluster Cluster { get; } = new();

        public Registry Registry { get; }

        public ValueTask InitializeAsync() => Registry.InitializeAsync();

        public async ValueTask DisposeAsync()
        {
            await Registry.DisposeAsync();
            await Cluster.DisposeAsync();
        }
    }
}
