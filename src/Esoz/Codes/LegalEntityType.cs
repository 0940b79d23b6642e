namespace Esoz.Codes;

/// <summary>Types of a legal entity (data-model §2.1).</summary>
public static class LegalEntityType
{
    public static IReadOnlyList<string> All { get; } = ["MSP", "PHARMACY", "MSP_PHARMACY", "PRIMARY_CARE", "OUTPATIENT", "EMERGENCY", "NHS",
        "MIS", "MSP_LIMITED"];
}
