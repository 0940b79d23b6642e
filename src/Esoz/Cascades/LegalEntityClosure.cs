using Esoz.Codes;
using Npgsql;

namespace Esoz.Cascades;

/// <summary>
/// Effects of closing a legal entity (employee-roles §7): four effects in one transaction; each changed row has its audit row and event by
/// the author of the closure. Healthcare services and divisions are not changed. Every token of the client ends by a trigger
/// (docs/adr/0029-access-ends-in-the-database.md).
/// </summary>
internal static class LegalEntityClosure
{
    /// <summary>
    /// Locks all rows to be changed, in the global lock order and in statements before the first effect: all waiting happens here, and the
    /// effects see what concurrent transactions have committed. The legal entity itself is already locked.
    /// </summary>
    private static readonly string[] Locks =
    [
        $"""
        SELECT FROM contracts WHERE contractor_legal_entity_id = $1 AND status = '{ContractStatus.Verified}' AND is_active
         ORDER BY id FOR NO KEY UPDATE
        """,
        "SELECT FROM employees WHERE legal_entity_id = $1 AND is_active ORDER BY id FOR NO KEY UPDATE",
        // Those that the closure ends; exchanges of codes lock them before approvals (db/0037).
        "SELECT FROM connections WHERE client_id = $1 AND consumer_id = $1 ORDER BY id FOR NO KEY UPDATE",
    ];

    /// <summary>$1 legal entity, $2 author; in the order and with the numbers of the page.</summary>
    private static readonly string[] Effects =
    [
        // 1: employees leave, except owners, and their roles end whatever the policy.
        $"""
        WITH leaver AS (
          UPDATE employees
             SET status = '{EmployeeStatus.Autodeactivated}', end_date = {Today.InKyiv},
               status_reason = '{EmployeeStatusReason.LegalEntityClosure}', updated_at = now(), updated_by = $2
           WHERE legal_entity_id = $1 AND status = '{EmployeeStatus.Approved}' AND is_active
             AND employee_type NOT IN {EmployeeType.Owners}
          RETURNING id
        )
        {EndOfEmployment.EndRoles("leaver", "$2")}
        """,
        // 2: owners become inactive, which also ends their roles.
        $"""
        WITH leaver AS (
          UPDATE employees
             SET is_active = false, end_date = {Today.InKyiv}, updated_at = now(), updated_by = $2
           WHERE legal_entity_id = $1 AND is_active AND employee_type IN {EmployeeType.Owners}
          RETURNING id
        )
        {EndOfEmployment.EndRoles("leaver", "$2")}
        """,
        // 3: contracts end.
        $"""
        UPDATE contracts
           SET status = '{ContractStatus.Terminated}', status_reason = '{ContractStatusReason.LegalEntityClosure}', updated_at = now(),
             updated_by = $2
         WHERE contractor_legal_entity_id = $1 AND status = '{ContractStatus.Verified}' AND is_active
        """,
        // 4: the legal entity is closed.
        $"UPDATE legal_entities SET status = '{LegalEntityStatus.Closed}', updated_at = now(), updated_by = $2 WHERE id = $1",
    ];

    /// <param name="connection">In a transaction that holds <see cref="Locks.Alone"/> on the legal entity; the caller commits it.</param>
    /// <param name="author">User who closes the legal entity.</param>
    public static async Task Close(NpgsqlConnection connection, Guid legalEntity, Guid author, CancellationToken ct)
    {
        await using var batch = connection.CreateBatch();
        foreach (var sql in Locks)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = legalEntity } } });
        foreach (var sql in Effects)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql)
            {
                Parameters = { new() { Value = legalEntity }, new() { Value = author } },
            });
        await batch.ExecuteNonQueryAsync(ct);
    }
}
