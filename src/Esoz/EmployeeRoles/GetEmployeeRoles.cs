using Esoz.Codes;

namespace Esoz.EmployeeRoles;

/// <summary>API-005-007-004-0125 Get employee roles (employee-roles §3).</summary>
public static class GetEmployeeRoles
{
    public static readonly MethodCard Card = new("API-005-007-004-0125", "Get employee roles",
        "GET", "/api/employee_roles", Family.IlMis, "employee_role:read")
    {
        Purpose = "Gets the roles of employees in the healthcare services of the caller's legal entity",
        Handle = Handle,
        HasPersonalData = true,
        Query =
        [
            new("employee_id", QueryType.Uuid, "Roles of this employee.", "role.employee_id = {0}"),
            new("healthcare_service_id", QueryType.Uuid, "Roles in this service.", "role.healthcare_service_id = {0}"),
            new("status", QueryType.OneOf(EmployeeRoleStatus.All), "Roles in this status, in any letter case.", "role.status = {0}"),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<EmployeeRole>),
    };

    public static Task<Reply> Handle(Caller caller, QueryReader query, ReadDatabase database, CancellationToken ct) =>
        new FilteredList("employee_roles", "role")
            .Where("role.is_active")
            .OfOwner("role.healthcare_service_id IN (SELECT id FROM healthcare_services WHERE legal_entity_id = {0})", caller.ClientId)
            .Page(query, database, Rows.EmployeeRole, ct);
}
