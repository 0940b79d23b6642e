using Npgsql;

namespace Esoz.Tests.Platform.Http;

/// <summary>A session that keeps an employee role locked until it is disposed of, and the requests that wait for it.</summary>
internal static class LockedRole
{
    public static async Task<NpgsqlConnection> LockRole(this Registry registry, Guid role)
    {
        var ct = TestContext.Current.CancellationToken;
        var connection = await registry.Database.OpenSession(ct);
        await using var command = new NpgsqlCommand($"BEGIN; SELECT FROM employee_roles WHERE id = '{role}' FOR UPDATE", connection);
        await command.ExecuteNonQueryAsync(ct);
        return connection;
    }

    /// <summary>Sessions that wait for a lock.</summary>
    public static Task<long> Waiting(this Registry registry) => registry.Scalar<long>(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");

    public static Task<Answer> Deactivate(this Registry registry, Guid role, Credential token) =>
        registry.Send("PATCH", $"/api/employee_roles/{role}/actions/deactivate", token);

    public static async Task<(Guid Role, Credential Token)> NewRole(this Registry registry)
    {
        var provider = await registry.Given.Provider();
        return (await registry.Given.EmployeeRole(provider),
            await registry.Given.Token(provider, "employee_role:write employee_role:read"));
    }
}
