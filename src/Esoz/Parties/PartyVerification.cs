namespace Esoz.Parties;

/// <summary>Statuses of the verification of a party against the state registers (data-model §2.3).</summary>
public static class PartyVerification
{
    public static IReadOnlyList<string> Statuses { get; } = ["VERIFIED", "VERIFICATION_NEEDED", "NOT_VERIFIED", "CHANGES_NEEDED"];
}
