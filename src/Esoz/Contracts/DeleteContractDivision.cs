using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.Contracts;

/// <summary>Private. Delete contract division (contracts §4.4).</summary>
public static class DeleteContractDivision
{
    private static readonly Validation ContractDivisionExists = new("1", "contract division exists, is_active = true",
        Refusal.NotFound("Contract division with such id is not found"));

    private static readonly Validation ContractAllowsDelete = new("2", "type of its contract is GB_CBP",
        Refusal.Conflict("Only contract divisions for contract with type GB_CBP can be deleted"));

    public static readonly MethodCard Card = new("private-delete-contract-division", "Private. Delete contract division",
        "DELETE", "/api/admin/contract_divisions/{id}", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Deletes a contract division record of a contract of type GB_CBP",
        Handle = Handle,
        Validations = [ContractDivisionExists, ContractAllowsDelete],
        Answer = typeof(Nothing),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        await using var command = database.Command(Sql, id.Value ?? Guid.Empty, caller.UserId);
        var contractType = (string?)await command.ExecuteScalarAsync(ct);

        if (contractType is null)
            return ContractDivisionExists;

        if (contractType != "GB_CBP")
            return ContractAllowsDelete;

        return Reply.Deleted;
    }

    /// <summary>The second of two simultaneous calls waits for the first and then finds no active row.</summary>
    private const string Sql = """
        WITH found AS (
          SELECT contract_division.id, contract.type
            FROM contract_divisions contract_division
            JOIN contracts contract ON contract.id = contract_division.contract_id
           WHERE contract_division.id = $1 AND contract_division.is_active
             FOR SHARE OF contract FOR UPDATE OF contract_division
        ), deleted AS (
          UPDATE contract_divisions contract_division
             SET is_active = false, updated_at = now(), updated_by = $2
            FROM found
           WHERE contract_division.id = found.id AND found.type = 'GB_CBP'
        )
        SELECT type FROM found
        """;
}
