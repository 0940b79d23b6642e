namespace Esoz.Tests.EmployeeRoles;

/// <summary>API-005-007-004-0125 Get employee roles (employee-roles §3).</summary>
public sealed class GetEmployeeRolesTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/employee_roles";
    private const string Scope = "employee_role:read";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Shows the roles of the caller's own services, oldest first, with every member in order")]
    public async Task Lists()
    {
        var provider = await Given.Provider();
        var roles = new[] { await Given.EmployeeRole(provider), await Given.EmployeeRole(provider, "INACTIVE"),
            await Given.EmployeeRole(provider) };
        await Given.EmployeeRole(provider, isActive: false);
        await Given.EmployeeRole(await Given.Provider());

        var answer = (await registry.Send("GET", Path, await Given.Token(provider, Scope))).Succeeded();

        Assert.Equal(["meta", "data", "paging"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("list", answer.Json.GetProperty("meta").GetProperty("type").GetString());
        Assert.Equal(
            """{"page_number":1,"page_size":50,"total_entries":3,"total_pages":1}""", answer.Json.GetProperty("paging").GetRawText());
        Assert.Equal(roles, answer.Ids());
        Assert.Equal(
            ["id", "healthcare_service_id", "employee_id", "start_date", "end_date", "status", "is_active", "inserted_at", "inserted_by",
                "updated_at", "updated_by"],
            answer.Data[0].EnumerateObject().Select(member => member.Name));
    }

    [Fact(DisplayName = "Each filter selects by its value; several are combined with AND; an empty one counts as absent")]
    public async Task Filters()
    {
        var provider = await Given.Provider();
        var active = await Given.EmployeeRole(provider);
        var inactive = await Given.EmployeeRole(provider, "INACTIVE");
        var foreign = await Given.EmployeeRole(await Given.Provider());
        var row = Assert.Single(await registry.Rows("SELECT employee_id, healthcare_service_id FROM employee_roles WHERE id = $1", active));
        var foreignRow = Assert.Single(
            await registry.Rows("SELECT employee_id, healthcare_service_id FROM employee_roles WHERE id = $1", foreign));

        Assert.Equal([active], await Ids(provider, $"?employee_id={row["employee_id"]}"));
        Assert.Equal(
            [active], await Ids(provider, $"?healthcare_service_id={row["healthcare_service_id"]!.ToString()!.ToUpperInvariant()}"));
        Assert.Equal([active], await Ids(provider, "?status=active"));
        Assert.Equal([inactive], await Ids(provider, "?status=INACTIVE"));
        Assert.Equal([], await Ids(provider, $"?status=INACTIVE&employee_id={row["employee_id"]}"));
        Assert.Equal([], await Ids(provider, $"?employee_id={foreignRow["employee_id"]}"));
        Assert.Equal([], await Ids(provider, $"?healthcare_service_id={foreignRow["healthcare_service_id"]}"));
        Assert.Equal([active, inactive], await Ids(provider, "?status=&employee_id=&unknown=1"));
    }

    [Theory(DisplayName = "A filter of the wrong form")]
    [InlineData("employee_id=17", "employee_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("healthcare_service_id=x", "healthcare_service_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("status=CLOSED", "status", "inclusion", "value is not allowed in enum", """{"values":["ACTIVE","INACTIVE"]}""")]
    [InlineData("status=ACTIVE&status=ACTIVE", "status", "cast", "is invalid", """["string"]""")]
    [InlineData("page=0", "page", "number", "must be greater than 0", """{"greater_than":0}""")]
    [InlineData("page_size=many", "page_size", "cast", "is invalid", """["integer"]""")]
    public async Task Faults(string query, string entry, string rule, string description, string parameters) =>
        (await registry.Send("GET", $"{Path}?{query}", await Given.Token(await Given.Provider(), Scope)))
            .IsIlQueryFault(entry, rule, description, parameters);

    [Theory(DisplayName =
        "There is no check of the legal entity: reading works in every status, and for a client without one the list is empty")]
    [InlineData("SUSPENDED", 1)]
    [InlineData("CLOSED", 1)]
    [InlineData("REORGANIZED", 1)]
    [InlineData("none", 0)]
    public async Task AnyLegalEntity(string status, int roles)
    {
        var provider = status == "none" ? Guid.NewGuid() : await Given.Provider(status);
        if (status == "none")
            await Given.Client(provider, "MSP");
        else
            await Given.EmployeeRole(provider);

        Assert.Equal(roles, (await Ids(provider, "")).Count);
    }

    private async Task<IReadOnlyList<Guid>> Ids(Guid provider, string query) =>
        (await registry.Send("GET", Path + query, await Given.Token(provider, Scope))).Succeeded().Ids();
}
