using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.Contracts;

/// <summary>API-005-002-001-0036 Private. Get contract employees (contracts §6).</summary>
public static class GetContractEmployees
{
    public static readonly MethodCard Card = new("API-005-002-001-0036", "Private. Get contract employees",
        "GET", "/api/admin/contract_employees", Family.IlAdmin, "private_contracts:read")
    {
        Purpose = "Gets the contract employee records that fit the filters",
        Handle = Handle,
        Query =
        [
            new("id", "uuid", "This record."),
            new("employee_id", "uuid", "Contracts of this employee."),
            new("division_id", "uuid", "Employees in this division."),
            new("contract_id", "uuid", "Employees of this contract."),
            new("is_active", "boolean", "false gives an empty list: deleted records are never shown."),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<ContractEmployee>),
    };

    public static async Task<Reply> Handle(QueryReader query, PostgresDatabase database, CancellationToken ct)
    {
        var contractEmployees = new FilteredList("contract_employees", "contract_employee")
            .Where("contract_employee.is_active")
            .Where("contract_employee.contract_id IN (SELECT id FROM contracts WHERE type = 'GB_CBP')")
            .Where("contract_employee.id = {0}", query.Uuid("id"))
            .Where("contract_employee.employee_id = {0}", query.Uuid("employee_id"))
            .Where("contract_employee.division_id = {0}", query.Uuid("division_id"))
            .Where("contract_employee.contract_id = {0}", query.Uuid("contract_id"))
            .Where("contract_employee.is_active = {0}", query.Flag("is_active"));
        var page = PageRequest.Read(query);

        if (query.Refusal is { } refusal)
            return refusal;

        return await contractEmployees.Page(database, page, Rows.ContractEmployee, ct);
    }
}
