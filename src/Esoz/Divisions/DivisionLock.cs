namespace Esoz.Divisions;

/// <summary>
/// A division is locked before its addresses or services are read: with a shared lock to add a healthcare service, with an exclusive lock
/// to deactivate it or replace its addresses.
/// </summary>
public static class DivisionLock
{
    /// <summary>Does not block inserts of rows that reference it.</summary>
    public const string Alone = "SELECT id FROM divisions WHERE id = $1 FOR NO KEY UPDATE";
}
