using Esoz.BulkExport;

namespace Esoz.Tests.BulkExport;

/// <summary>API-005-023-0005 PIS. Get employee roles (pis-bulk §4.5).</summary>
public sealed class GetEmployeeRolesBulkTests(BulkRegistry registry)
    : BulkMethod(registry, GetEmployeeRolesBulk.Resource, "employee_role_bulk:read_pis")
{
    [Fact(DisplayName = "A record has the members of the page in its order; a role that ended comes too")]
    public async Task Members()
    {
        var provider = await Given.LegalEntity();
        var service = await Given.HealthcareService(provider);
        var employee = await Given.Employee(provider);
        var id = await Given.Insert("employee_roles", new()
        {
            ["healthcare_service_id"] = service,
            ["employee_id"] = employee,
            ["start_date"] = Inserted,
            ["end_date"] = Inserted.AddDays(1),
            ["status"] = "INACTIVE",
            ["is_active"] = true,
            ["inserted_at"] = Inserted,
            ["updated_at"] = Inserted.AddDays(1),
        });

        Assert.Equal(
            $$"""{"id":"{{id}}","healthcare_service_id":"{{service}}","employee_id":"{{employee}}","start_date":"2019-06-04T08:12:45.120Z","end_date":"2019-06-05T08:12:45.120Z","status":"INACTIVE","inserted_at":"2019-06-04T08:12:45.120Z","updated_at":"2019-06-05T08:12:45.120Z"}""",
            await Record("id", $"{id}"));
    }
}
