namespace Esoz.Tests.EmployeeRoles;

/// <summary>API-005-007-004-0127 Deactivate employee role (employee-roles §5).</summary>
public sealed class DeactivateEmployeeRoleTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "employee_role:write";

    [Fact(DisplayName = "An ACTIVE role becomes INACTIVE and only the documented members change")]
    public async Task Deactivates()
    {
        var provider = await registry.Given.Provider();
        var role = await registry.Given.EmployeeRole(provider);
        var user = Guid.NewGuid();

        var answer = await Deactivate(role.ToString(), await registry.Given.Token(provider, Scope, user));

        var data = answer.Succeeded().Data;
        Assert.Equal(
            ["id", "healthcare_service_id", "employee_id", "start_date", "end_date", "status", "is_active", "inserted_at", "inserted_by", "updated_at", "updated_by"],
            data.EnumerateObject().Select(member => member.Name));
        Assert.Equal("INACTIVE", data.GetProperty("status").GetString());
        Assert.True(data.GetProperty("is_active").GetBoolean());
        Assert.Equal("2026-01-05T09:00:00Z", data.GetProperty("start_date").GetString());
        Assert.Equal(data.GetProperty("updated_at").GetString(), data.GetProperty("end_date").GetString());
        Assert.Equal(user, data.GetProperty("updated_by").GetGuid());
    }
    
    private Task<Answer> Deactivate(string id, Credential credential) => registry.Send("PATCH", $"/api/employee_roles/{id}/actions/deactivate", credential);
}
