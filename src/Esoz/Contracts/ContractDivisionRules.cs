namespace Esoz.Contracts;

/// <summary>
/// Rules on contract and division that three methods have in common (contracts §3.1, §4.1, §4.2); each method gives them its own numbers.
/// Sources: <c>contract</c> with <c>is_active</c> only for type GB_CBP, and <c>division</c>, only when it is active.
/// </summary>
internal static class ContractDivisionRules
{
    public static readonly Validation DivisionExists = new("", "division exists and is_active = true", "division.id IS NOT NULL",
        Refusal.NotFound("Division is not found", "$.division_id"));

    public static readonly Validation DivisionIsOfContractor = new(
        "", "division belongs to the contractor legal entity of the contract; skipped when there is no such contract",
        "contract.id IS NULL OR division.legal_entity_id = contract.contractor_legal_entity_id",
        Refusal.Conflict("Division is not correspond to contractor legal entity", "$.division_id"));

    public static readonly Validation ContractIsActive = new("", "contract exists, is_active = true, type = GB_CBP", "contract.is_active",
        Refusal.Conflict("Contract must be an active and with GB_CBP type", "$.contract_id"));
}
