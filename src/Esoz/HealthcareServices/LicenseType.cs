namespace Esoz.HealthcareServices;

/// <summary>Types of a licence (dictionary LICENSE_TYPE; employee-roles §6.2).</summary>
public static class LicenseType
{
    public const string Medical = "MSP";
    public const string Pharmacy = "PHARMACY";
    public const string PharmacyDrugs = "PHARMACY_DRUGS";
}
