namespace Esoz.Divisions;

/// <summary>
/// A division is locked before what it is made of or what stands in it is looked at: shared by whoever adds a healthcare service to it,
/// alone by whoever deactivates it or replaces its addresses.
/// </summary>
public static class DivisionLock
{
    /// <summary>Foreign keys may still point to it meanwhile.</summary>
    public const string Alone = "SELECT id FROM divisions WHERE id = $1 FOR NO KEY UPDATE";
}
