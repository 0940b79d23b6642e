namespace Esoz.Codes;

/// <summary>
/// Types of a legal entity (data-model §2.1). The client of a healthcare provider has a type of the same name (platform §3).
/// </summary>
public static class LegalEntityType
{
    public const string Msp = "MSP";
    public const string Pharmacy = "PHARMACY";
    public const string MspPharmacy = "MSP_PHARMACY";
    public const string PrimaryCare = "PRIMARY_CARE";
    public const string Outpatient = "OUTPATIENT";
    public const string Emergency = "EMERGENCY";
    public const string Nhs = "NHS";
    public const string Mis = "MIS";
    public const string MspLimited = "MSP_LIMITED";

    public static IReadOnlyList<string> All { get; } =
        [Msp, Pharmacy, MspPharmacy, PrimaryCare, Outpatient, Emergency, Nhs, Mis, MspLimited];
}
