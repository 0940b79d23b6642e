namespace Esoz.Contracts;

/// <summary>Private. Delete contract division (contracts §4.4).</summary>
public static class DeleteContractDivision
{
    /// <summary>The second of two concurrent calls waits for the first and then finds no active row.</summary>
    private static readonly GuardedWrite<Nothing> Deletion = new()
    {
        Sources =
        [
            new("found", """
                SELECT contract_division.id, contract.type
                  FROM contract_divisions contract_division
                  JOIN contracts contract ON contract.id = contract_division.contract_id
                 WHERE contract_division.id = $1 AND contract_division.is_active
                """, "FOR SHARE OF contract FOR UPDATE OF contract_division"),
        ],
        Rules =
        [
            new("1", "contract division exists, is_active = true", "found.id IS NOT NULL",
                Refusal.NotFound("Contract division with such id is not found")),
            new("2", "type of its contract is GB_CBP", $"found.type = '{ContractType.GbCbp}'",
                Refusal.Conflict("Only contract divisions for contract with type GB_CBP can be deleted")),
        ],
        Write = $"UPDATE contract_divisions deleted SET is_active = false, updated_at = now(), updated_by = $2 WHERE deleted.id = $1 AND {Guard.Allowed}",
        Row = WrittenRow.Unseen("deleted"),
    };

    public static readonly MethodCard Card = new("private-delete-contract-division", "Private. Delete contract division",
        "DELETE", "/api/admin/contract_divisions/{id}", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Deletes a contract division record of a contract of type GB_CBP",
        Handle = Handle,
        HasPersonalData = false,
        Validations = Deletion.Rules,
        BrokenNow = (database, it, ct) => Deletion.Explain(database, ct, it.Id, it.UserId),
        Answer = typeof(Nothing),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Work work, CancellationToken ct) =>
        await Deletion.Run(work, ct, id.Value ?? Guid.Empty, caller.UserId);
}
