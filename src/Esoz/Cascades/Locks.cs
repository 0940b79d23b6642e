namespace Esoz.Cascades;

/// <summary>
/// Locks that are taken before reading, each in a statement of its own (docs/adr/0011-lock-before-reading.md): a shared lock by a write
/// that adds something to a row, an exclusive one by a write that ends or changes it. So nothing is added to a row that is being closed,
/// and the closure sees everything that was added before. $1 is the id of the row.
/// </summary>
public static class Locks
{
    /// <summary>For a write that adds something to a legal entity.</summary>
    public const string LegalEntityShared = "SELECT id FROM legal_entities WHERE id = $1 FOR SHARE";

    /// <summary>Exclusive lock of a row that other rows may refer to in the meantime: foreign keys do not wait for it.</summary>
    public const string Alone = "FOR NO KEY UPDATE";

    /// <summary>
    /// For a change or deletion of a contract. Writes that add, move or delete its divisions or employees take it as a shared lock.
    /// </summary>
    public const string Contract = $"SELECT id FROM contracts WHERE id = $1 {Alone}";

    /// <summary>
    /// For a write that deactivates a division or replaces its addresses. Adding a healthcare service to it takes a shared lock.
    /// </summary>
    public const string Division = $"SELECT id FROM divisions WHERE id = $1 {Alone}";

    /// <summary>
    /// For the end of an employment: the employee, and the party's other employees of the same type in the legal entity, because with the
    /// last of them access ends (docs/adr/0029-access-ends-in-the-database.md). Adding a role takes a shared lock of the employee.
    /// </summary>
    public const string Employment = $"""
        SELECT twin.id
          FROM employees leaver
          JOIN employees twin USING (party_id, legal_entity_id, employee_type)
         WHERE leaver.id = $1
         ORDER BY twin.id
           {Alone} OF twin
        """;
}
