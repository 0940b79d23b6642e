namespace Esoz.Codes;

/// <summary>Reasons that the registry writes when it ends a contract (deactivate-legal-entity).</summary>
public static class ContractStatusReason
{
    /// <summary>
    /// The contractor is closed. The page has it in lower case, unlike AUTO_DEACTIVATION_LEGAL_ENTITY in the dictionary
    /// CONTRACT_STATUS_REASON.
    /// </summary>
    public const string LegalEntityClosure = "auto_deactivation_legal_entity";
}
