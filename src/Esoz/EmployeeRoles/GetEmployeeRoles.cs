using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.EmployeeRoles;

/// <summary>API-005-007-004-0125 Get employee roles (employee-roles §3).</summary>
public static class GetEmployeeRoles
{
    public static readonly MethodCard Card = new("API-005-007-004-0125", "Get employee roles",
        "GET", "/api/employee_roles", Family.IlMis, "employee_role:read")
    {
        Purpose = "Gets the roles of employees in the healthcare services of the caller's legal entity",
        Handle = Handle,
        Query =
        [
            new("employee_id", "uuid", "Roles of this employee."),
            new("healthcare_service_id", "uuid", "Roles in this service."),
            new("status", "string", "ACTIVE or INACTIVE, in any case."),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<EmployeeRole>),
    };

    public static async Task<Reply> Handle(Caller caller, QueryReader query, PostgresDatabase database, CancellationToken ct)
    {
        var roles = new FilteredList("employee_roles", "role")
            .Where("role.is_active")
            .Of("role.healthcare_service_id IN (SELECT id FROM healthcare_services WHERE legal_entity_id = {0})", caller.ClientId)
            .Where("role.employee_id = {0}", query.Uuid("employee_id"))
            .Where("role.healthcare_service_id = {0}", query.Uuid("healthcare_service_id"))
            .Where("role.status = {0}", query.OneOf("status", "ACTIVE", "INACTIVE"));
        var page = PageRequest.Read(query);

        if (query.Refusal is { } refusal)
            return refusal;

        return await roles.Page(database, page, Rows.EmployeeRole, ct);
    }
}
