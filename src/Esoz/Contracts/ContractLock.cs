namespace Esoz.Contracts;

/// <summary>
/// A contract is locked before its parts: with a shared lock to add, move or delete its divisions or employees, with an exclusive lock to
/// change or delete the contract. So nothing is added to a contract that is being deleted, and the deletion sees everything that was added
/// before.
/// </summary>
public static class ContractLock
{
    /// <summary>The same lock as the UPDATE takes: contracts that reference this one as their parent need not wait for it.</summary>
    public const string Alone = "SELECT id FROM contracts WHERE id = $1 FOR NO KEY UPDATE";
}
