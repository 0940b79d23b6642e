using Esoz.Codes;

namespace Esoz.Divisions;

/// <summary>
/// Rules that several methods of divisions have in common (employee-roles §6.3); each method gives them its own numbers. The sources are
/// <c>found</c>, the division, and <c>provider</c>, the legal entity of the token; <c>$2</c> is the id of that legal entity.
/// </summary>
internal static class DivisionRules
{
    public static readonly Validation Exists = new("", "division exists and is_active = true", "found.id IS NOT NULL",
        Refusal.NotFound("Division not found"));

    public static readonly Validation IsOwn = new("", "division belongs to the legal entity of the token", "found.legal_entity_id = $2",
        Refusal.Forbidden("Division belongs to another legal entity"));

    /// <summary>Decided by C#; with at most two addresses, one RESIDENCE leaves room for one RECEPTION.</summary>
    public static readonly Validation HasOneResidence = new("1", "one of the addresses, if there are any, has the type RESIDENCE",
        Refusal.Unprocessable($"Single address of type '{AddressType.Residence}' is required", "$.addresses"));

    public static bool IsOneResidence(IReadOnlyList<DivisionAddress>? addresses) =>
        addresses is null || addresses.Count(address => address.Type == AddressType.Residence) == 1;

    public static readonly Validation LegalEntityIsWorking = new("", "legal entity of the token is ACTIVE or SUSPENDED",
        $"provider.status IN {LegalEntityStatus.Working}", Refusal.Conflict("Legal entity is not active"));
}
