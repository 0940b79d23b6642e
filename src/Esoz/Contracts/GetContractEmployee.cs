namespace Esoz.Contracts;

/// <summary>Private. Get contract employee by ID (contracts §3.3).</summary>
public static class GetContractEmployee
{
    private static readonly Validation ContractEmployeeExists = new(
        "1", "contract employee exists, is_active = true, its contract is of type GB_CBP",
        Refusal.NotFound());

    public static readonly MethodCard Card = new("private-get-contract-employee-by-id", "Private. Get contract employee by ID",
        "GET", "/api/admin/contract_employees/{id}", Family.IlAdmin, "private_contracts:read")
    {
        Purpose = "Gets one contract employee record",
        Handle = Handle,
        HasPersonalData = true,
        Validations = [ContractEmployeeExists],
        Answer = typeof(ContractEmployee),
    };

    public static async Task<Reply> Handle(PathId id, PostgresDatabase database, CancellationToken ct) =>
        await database.Find(Read, id.Value ?? Guid.Empty, ct) is { } found
            ? Reply.Data(found) : ContractEmployeeExists;

    private static readonly PointRead<Guid, ContractEmployee> Read = Rows.ContractEmployee.ById($"""
        SELECT {Rows.ContractEmployee.Columns}
          FROM contract_employees contract_employee
          JOIN contracts contract ON contract.id = contract_employee.contract_id
         WHERE contract_employee.id = $1 AND contract_employee.is_active AND contract.type = '{ContractType.GbCbp}'
        """);
}
