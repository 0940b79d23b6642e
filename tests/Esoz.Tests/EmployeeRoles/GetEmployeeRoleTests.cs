namespace Esoz.Tests.EmployeeRoles;

/// <summary>API-005-007-004-0126 Get employee role by ID (employee-roles §4).</summary>
public sealed class GetEmployeeRoleTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "employee_role:read";

    private Given Given => registry.Given;

    [Theory(DisplayName = "Shows the role as it is stored, in every status")]
    [InlineData("ACTIVE")]
    [InlineData("INACTIVE")]
    public async Task Shows(string status)
    {
        var provider = await Given.Provider();
        var role = await Given.EmployeeRole(provider, status);

        var data = (await Get(role.ToString(), provider)).Succeeded().Data;

        Assert.Equal(
            ["id", "healthcare_service_id", "employee_id", "start_date", "end_date", "status", "is_active", "inserted_at", "inserted_by",
                "updated_at", "updated_by"],
            data.EnumerateObject().Select(member => member.Name));
        Assert.Equal((role, status, "2026-01-05T09:00:00Z"),
            (data.GetProperty("id").GetGuid(), data.GetProperty("status").GetString(), data.GetProperty("start_date").GetString()));
        Assert.Equal(status == "ACTIVE" ? "null" : "\"2026-02-01T09:00:00Z\"", data.GetProperty("end_date").GetRawText());
    }

    [Theory(DisplayName = "Validation")]
    [InlineData("1 there is no such role", "missing", 404, "not_found", "Employee role not found")]
    [InlineData("1 the id is no uuid", "not a uuid", 404, "not_found", "Employee role not found")]
    [InlineData("1 the role is not is_active, and foreign", "foreign deleted", 404, "not_found", "Employee role not found")]
    [InlineData("2 the role is foreign", "foreign", 403, "forbidden", "Employee role belongs to another legal entity")]
    public async Task Refuses(string rule, string role, int status, string type, string message)
    {
        var id = role switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            _ => (await Given.EmployeeRole(await Given.Provider(), isActive: role != "foreign deleted")).ToString(),
        };

        var answer = await Get(id, await Given.Provider());

        Assert.True(answer.Status == status, rule);
        answer.IsIlRefusal(status, type, message);
    }

    private async Task<Answer> Get(string id, Guid provider) =>
        await registry.Send("GET", $"/api/employee_roles/{id}", await Given.Token(provider, Scope));
}
