using Esoz.Parties;
using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.Employees;

/// <summary>Get employees (employee-roles §6.4).</summary>
public static class GetEmployees
{
    public static readonly MethodCard Card = new("get-employees", "Get employees",
        "GET", "/api/employees", Family.IlMis, "employee:read")
    {
        Purpose = "Gets employees: those of the caller's legal entity, or of all of them for MIS and NHS",
        Handle = Handle,
        Query =
        [
            new("ids", "string", "Employees with these ids, separated by commas."),
            new("no_tax_id", "boolean", "Whether the person has refused a tax number."),
            new("tax_id", "string", "Tax number of the person, or number of the passport."),
            new("party_id", "uuid", "Employees that are this person."),
            new("verification_status", "string", $"One of {string.Join(", ", PartyVerification.Statuses)}, in any case."),
            new("edrpou", "string", "Employees of legal entities with this code."),
            new("legal_entity_id", "uuid", "Employees of this legal entity."),
            new("division_id", "uuid", "Employees of this division."),
            new("status", "string", $"One of {string.Join(", ", EmployeeStatus.All)}, in any case. Default APPROVED."),
            new("employee_type", "string", $"One of {string.Join(", ", EmployeeType.All)}, in any case."),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<Employee>),
    };

    public static async Task<Reply> Handle(Caller caller, QueryReader query, PostgresDatabase database, CancellationToken ct)
    {
        var employees = new FilteredList("employees", "employee")
            .Where("employee.is_active")
            .Of("employee.legal_entity_id = {0}", caller.OnlyLegalEntity)
            .Where("employee.id = ANY ({0})", query.Uuids("ids"))
            .Where("employee.party_id IN (SELECT id FROM parties WHERE no_tax_id = {0})", query.Flag("no_tax_id"))
            .Where("employee.party_id IN (SELECT id FROM parties WHERE tax_id = {0})", query.Text("tax_id"))
            .Where("employee.party_id = {0}", query.Uuid("party_id"))
            .Where("employee.party_id IN (SELECT id FROM parties WHERE verification_status = {0})", query.OneOf("verification_status", PartyVerification.Statuses))
            .Where("employee.legal_entity_id IN (SELECT id FROM legal_entities WHERE edrpou = {0})", query.Text("edrpou"))
            .Where("employee.legal_entity_id = {0}", query.Uuid("legal_entity_id"))
            .Where("employee.division_id = {0}", query.Uuid("division_id"))
            .Where("employee.status = {0}", query.OneOf("status", EmployeeStatus.All) ?? "APPROVED")
            .Where("employee.employee_type = {0}", query.OneOf("employee_type", EmployeeType.All));
        var page = PageRequest.Read(query);

        if (query.Refusal is { } refusal)
            return refusal;

        return await employees.Page(database, page, Rows.Employee, ct);
    }
}
