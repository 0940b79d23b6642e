namespace Esoz.Contracts;

/// <summary>
/// A contract is locked before anything of it: shared by whoever adds, moves or deletes a division or an employee of it, alone by whoever
/// changes or deletes the contract. So nothing is added to a contract that is being deleted, and the deletion sees everything that was
/// added before.
/// </summary>
public static class ContractLock
{
    /// <summary>The lock that the change itself takes: contracts that name this one as their parent need not wait for it.</summary>
    public const string Alone = "SELECT id FROM contracts WHERE id = $1 FOR NO KEY UPDATE";
}
