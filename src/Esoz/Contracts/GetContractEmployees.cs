namespace Esoz.Contracts;

/// <summary>API-005-002-001-0036 Private. Get contract employees (contracts §6).</summary>
public static class GetContractEmployees
{
    public static readonly MethodCard Card = new("API-005-002-001-0036", "Private. Get contract employees",
        "GET", "/api/admin/contract_employees", Family.IlAdmin, "private_contracts:read")
    {
        Purpose = "Gets the contract employee records that fit the filters",
        Handle = Handle,
        HasPersonalData = true,
        Query =
        [
            new("id", QueryType.Uuid, "This record.", "contract_employee.id = {0}"),
            new("employee_id", QueryType.Uuid, "Contracts of this employee.", "contract_employee.employee_id = {0}"),
            new("division_id", QueryType.Uuid, "Employees in this division.", "contract_employee.division_id = {0}"),
            new("contract_id", QueryType.Uuid, "Employees of this contract.", "contract_employee.contract_id = {0}"),
            new("is_active", QueryType.Flag, "false gives an empty list: deleted records are never shown.",
                "contract_employee.is_active = {0}"),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<ContractEmployee>),
    };

    public static Task<Reply> Handle(QueryReader query, ReadDatabase database, CancellationToken ct) =>
        new FilteredList("contract_employees", "contract_employee")
            .Where("contract_employee.is_active")
            .Where($"contract_employee.contract_id IN (SELECT id FROM contracts WHERE type = '{ContractType.GbCbp}')")
            .Page(query, database, Rows.ContractEmployee, ct);
}
