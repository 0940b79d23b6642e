namespace Esoz.LegalEntities;

/// <summary>
/// A legal entity is locked before anything of it: shared by whoever adds to it, alone by whoever closes it. So nothing is added to what is
/// being closed, and the closure sees everything that was added before.
/// </summary>
public static class LegalEntityLock
{
    /// <summary>A statement before the one that adds.</summary>
    public const string Share = "SELECT id FROM legal_entities WHERE id = $1 FOR SHARE";

    /// <summary>Locking clause of whoever closes it.</summary>
    public const string Alone = "FOR NO KEY UPDATE";
}
