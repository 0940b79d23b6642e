namespace Esoz.Cascades;

/// <summary>
/// Locks that are taken before reading, each in a statement of its own (docs/adr/0011-lock-before-reading.md): shared by whoever adds
/// something to a row, alone by whoever ends or changes it. So nothing is added to what is being closed, and the closure sees everything
/// that was added before. $1 is the row.
/// </summary>
public static class Locks
{
    /// <summary>Of whoever adds something to a legal entity.</summary>
    public const string LegalEntityShared = "SELECT id FROM legal_entities WHERE id = $1 FOR SHARE";

    /// <summary>Locking clause of whoever changes a row that others may refer to meanwhile; foreign keys need not wait for it.</summary>
    public const string Alone = "FOR NO KEY UPDATE";

    /// <summary>
    /// Of whoever changes or deletes a contract. Whoever adds, moves or deletes a division or an employee of it shares it.
    /// </summary>
    public const string Contract = $"SELECT id FROM contracts WHERE id = $1 {Alone}";

    /// <summary>Of whoever deactivates a division or replaces its addresses. Whoever adds a healthcare service to it shares it.</summary>
    public const string Division = $"SELECT id FROM divisions WHERE id = $1 {Alone}";

    /// <summary>Of whoever ends an employment. Whoever adds a role shares it.</summary>
    public const string Employee = $"SELECT id FROM employees WHERE id = $1 {Alone}";
}
