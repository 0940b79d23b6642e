using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.Contracts;

/// <summary>Private. Delete contract (contracts §5.5).</summary>
public static class DeleteContract
{
    private static readonly Validation ContractExists = new("1", "contract exists, is_active = true",
        Refusal.NotFound("Contract with such id is not found"));

    private static readonly Validation TypeAllowsDelete = new("2", "type of the contract is GB_CBP",
        Refusal.Conflict("Only contracts with type GB_CBP can be deleted"));

    private static readonly Validation HasNoDivisions = new("3", "the contract has no active divisions",
        Refusal.Conflict("Contract can not be deleted because it has active divisions"));

    private static readonly Validation HasNoEmployees = new("4", "the contract has no active employees",
        Refusal.Conflict("Contract can not be deleted because it has active employees"));

    public static readonly MethodCard Card = new("private-delete-contract", "Private. Delete contract",
        "DELETE", "/api/admin/contracts/{id}", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Deletes a contract of type GB_CBP without active divisions and employees",
        Handle = Handle,
        Validations = [ContractExists, TypeAllowsDelete, HasNoDivisions, HasNoEmployees],
        Answer = typeof(Nothing),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        var contract = id.Value ?? Guid.Empty;
        await using var batch = database.LockThen(ContractLock.Alone, contract, Sql, contract, caller.UserId);
        await using var row = await batch.ExecuteReaderAsync(ct);
        await row.NextResultAsync(ct);

        if (!await row.ReadAsync(ct))
            return ContractExists;

        var found = new RowCursor(row);

        if (found.Text() != "GB_CBP")
            return TypeAllowsDelete;

        if (found.Flag())
            return HasNoDivisions;

        if (found.Flag())
            return HasNoEmployees;

        return Reply.Deleted;
    }

    private const string Sql = """
        WITH found AS (
          SELECT contract.type,
                 EXISTS (SELECT FROM contract_divisions WHERE contract_id = contract.id AND is_active) AS has_divisions,
                 EXISTS (SELECT FROM contract_employees WHERE contract_id = contract.id AND is_active) AS has_employees
            FROM contracts contract
           WHERE contract.id = $1 AND contract.is_active
        ), deleted AS (
          UPDATE contracts contract
             SET is_active = false, updated_at = now(), updated_by = $2
            FROM found
           WHERE contract.id = $1 AND found.type = 'GB_CBP' AND NOT found.has_divisions AND NOT found.has_employees
          RETURNING contract.id
        ), programs AS (
          UPDATE contract_medical_programs program
             SET is_active = false, updated_at = now(), updated_by = $2
            FROM deleted
           WHERE program.contract_id = deleted.id AND program.is_active
        )
        SELECT type, has_divisions, has_employees FROM found
        """;
}
