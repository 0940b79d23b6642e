using Esoz.Cascades;

namespace Esoz.Contracts;

/// <summary>Private. Delete contract (contracts §5.5).</summary>
public static class DeleteContract
{
    private static readonly GuardedWrite<Nothing> Deletion = new()
    {
        Lock = Locks.Contract,
        Sources = [new("found", "SELECT id, type FROM contracts WHERE id = $1 AND is_active")],
        Rules =
        [
            new("1", "contract exists, is_active = true", "found.id IS NOT NULL",
                Refusal.NotFound("Contract with such id is not found")),
            new("2", "type of the contract is GB_CBP", $"found.type = '{ContractType.GbCbp}'",
                Refusal.Conflict("Only contracts with type GB_CBP can be deleted")),
            new("3", "the contract has no active divisions",
                "NOT EXISTS (SELECT FROM contract_divisions WHERE contract_id = $1 AND is_active)",
                Refusal.Conflict("Contract can not be deleted because it has active divisions")),
            new("4", "the contract has no active employees",
                "NOT EXISTS (SELECT FROM contract_employees WHERE contract_id = $1 AND is_active)",
                Refusal.Conflict("Contract can not be deleted because it has active employees")),
        ],
        Write = $"UPDATE contracts deleted SET is_active = false, updated_at = now(), updated_by = $2 WHERE deleted.id = $1 AND {Guard.Allowed}",
        Effects =
        [
            """
            UPDATE contract_medical_programs program
               SET is_active = false, updated_at = now(), updated_by = $2
              FROM deleted
             WHERE program.contract_id = deleted.id AND program.is_active
            """,
        ],
        Row = WrittenRow.Unseen("deleted"),
    };

    public static readonly MethodCard Card = new("private-delete-contract", "Private. Delete contract",
        "DELETE", "/api/admin/contracts/{id}", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Deletes a contract of type GB_CBP without active divisions and employees",
        Handle = Handle,
        HasPersonalData = false,
        Validations = Deletion.Rules,
        BrokenNow = (database, it, ct) => Deletion.Explain(database, ct, it.Id, it.UserId),
        Answer = typeof(Nothing),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Work work, CancellationToken ct) =>
        await Deletion.Run(work, ct, id.Value ?? Guid.Empty, caller.UserId);
}
