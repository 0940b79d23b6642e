using Esoz.Codes;

namespace Esoz.Employees;

/// <summary>Get employees (employee-roles §6.4).</summary>
public static class GetEmployees
{
    public static readonly MethodCard Card = new("get-employees", "Get employees",
        "GET", "/api/employees", Family.IlMis, "employee:read")
    {
        Purpose = "Gets employees: those of the caller's legal entity, or of all of them for MIS and NHS",
        Handle = Handle,
        HasPersonalData = true,
        Query =
        [
            new("ids", QueryType.Uuids, "Employees with these ids, separated by commas.", "employee.id = ANY ({0})"),
            new("no_tax_id", QueryType.Flag, "Whether the person has refused a tax number.",
                "employee.party_id IN (SELECT id FROM parties WHERE no_tax_id = {0})"),
            new("tax_id", QueryType.Text, "Tax number of the person, or number of the passport.",
                "employee.party_id IN (SELECT id FROM parties WHERE tax_id = {0})"),
            new("party_id", QueryType.Uuid, "Employees that are this person.", "employee.party_id = {0}"),
            new("verification_status", QueryType.OneOf(VerificationStatus.All),
                "Employees with this verification status, in any letter case.",
                "employee.party_id IN (SELECT id FROM parties WHERE verification_status = {0})"),
            new("edrpou", QueryType.Text, "Employees of legal entities with this code.",
                "employee.legal_entity_id IN (SELECT id FROM legal_entities WHERE edrpou = {0})"),
            new("legal_entity_id", QueryType.Uuid, "Employees of this legal entity.", "employee.legal_entity_id = {0}"),
            new("division_id", QueryType.Uuid, "Employees of this division.", "employee.division_id = {0}"),
            new("status", QueryType.OneOf(EmployeeStatus.All), "Employees in this status, in any letter case.", "employee.status = {0}")
            {
                Default = EmployeeStatus.Approved,
            },
            new("employee_type", QueryType.OneOf(EmployeeType.All), "Employees of this type, in any letter case.",
                "employee.employee_type = {0}"),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<Employee>),
    };

    public static Task<Reply> Handle(Caller caller, QueryReader query, ReadDatabase database, CancellationToken ct) =>
        new FilteredList("employees", "employee")
            .Where("employee.is_active")
            .OfOwner("employee.legal_entity_id = {0}", caller.OnlyLegalEntity)
            .Page(query, database, Rows.Employee, ct);
}
