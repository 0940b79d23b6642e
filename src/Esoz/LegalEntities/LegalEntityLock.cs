namespace Esoz.LegalEntities;

/// <summary>
/// A legal entity is locked before its records: with a shared lock to add records, with an exclusive lock to close it. So nothing is added
/// to a legal entity that is being closed, and the closure sees everything that was added before.
/// </summary>
public static class LegalEntityLock
{
    /// <summary>Run in a separate statement before the insert.</summary>
    public const string Share = "SELECT id FROM legal_entities WHERE id = $1 FOR SHARE";

    /// <summary>Locking clause for the closure.</summary>
    public const string Alone = "FOR NO KEY UPDATE";
}
