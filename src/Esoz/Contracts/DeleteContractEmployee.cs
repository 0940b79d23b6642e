using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.Contracts;

/// <summary>API-005-002-001-0038 Private. Delete contract employee (contracts §3.4).</summary>
public static class DeleteContractEmployee
{
    private static readonly Validation ContractEmployeeExists = new("1", "contract employee exists, is_active = true",
        Refusal.NotFound("Contract employee with such id is not found"));

    private static readonly Validation ContractAllowsDelete = new("2", "type of its contract is GB_CBP",
        Refusal.Conflict("Only contract employees for contract with type GB_CBP can be deleted"));

    public static readonly MethodCard Card = new("API-005-002-001-0038", "Private. Delete contract employee",
        "DELETE", "/api/admin/contract_employees/{id}", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Deletes a contract employee record of a contract of type GB_CBP",
        Handle = Handle,
        Validations = [ContractEmployeeExists, ContractAllowsDelete],
        Answer = typeof(Nothing),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        await using var command = database.Command(Sql, id.Value ?? Guid.Empty, caller.UserId);
        var contractType = (string?)await command.ExecuteScalarAsync(ct);

        if (contractType is null)
            return ContractEmployeeExists;

        if (contractType != "GB_CBP")
            return ContractAllowsDelete;

        return Reply.Deleted;
    }

    /// <summary>The second of two simultaneous calls waits for the first and then finds no active row.</summary>
    private const string Sql = """
        WITH found AS (
          SELECT contract_employee.id, contract.type
            FROM contract_employees contract_employee
            JOIN contracts contract ON contract.id = contract_employee.contract_id
           WHERE contract_employee.id = $1 AND contract_employee.is_active
             FOR SHARE OF contract FOR UPDATE OF contract_employee
        ), deleted AS (
          UPDATE contract_employees contract_employee
             SET is_active = false, updated_at = now(), updated_by = $2
            FROM found
           WHERE contract_employee.id = found.id AND found.type = 'GB_CBP'
        )
        SELECT type FROM found
        """;
}
