namespace Esoz.Contracts;

/// <summary>API-005-002-001-0038 Private. Delete contract employee (contracts §3.4).</summary>
public static class DeleteContractEmployee
{
    /// <summary>The second of two concurrent calls waits for the first and then finds no active row.</summary>
    private static readonly GuardedWrite<Nothing> Deletion = new()
    {
        Sources =
        [
            new("found", """
                SELECT contract_employee.id, contract.type
                  FROM contract_employees contract_employee
                  JOIN contracts contract ON contract.id = contract_employee.contract_id
                 WHERE contract_employee.id = $1 AND contract_employee.is_active
                """, "FOR SHARE OF contract FOR UPDATE OF contract_employee"),
        ],
        Rules =
        [
            new("1", "contract employee exists, is_active = true", "found.id IS NOT NULL",
                Refusal.NotFound("Contract employee with such id is not found")),
            new("2", "type of its contract is GB_CBP", $"found.type = '{ContractType.GbCbp}'",
                Refusal.Conflict("Only contract employees for contract with type GB_CBP can be deleted")),
        ],
        Write = $"UPDATE contract_employees deleted SET is_active = false, updated_at = now(), updated_by = $2 WHERE deleted.id = $1 AND {Guard.Allowed}",
        Row = WrittenRow.Unseen("deleted"),
    };

    public static readonly MethodCard Card = new("API-005-002-001-0038", "Private. Delete contract employee",
        "DELETE", "/api/admin/contract_employees/{id}", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Deletes a contract employee record of a contract of type GB_CBP",
        Handle = Handle,
        HasPersonalData = true,
        Validations = Deletion.Rules,
        BrokenNow = (database, it, ct) => Deletion.Explain(database, ct, it.Id, it.UserId),
        Answer = typeof(Nothing),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Work work, CancellationToken ct) =>
        await Deletion.Run(work, ct, id.Value ?? Guid.Empty, caller.UserId);
}
