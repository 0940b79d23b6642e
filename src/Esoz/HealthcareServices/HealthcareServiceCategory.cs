namespace Esoz.HealthcareServices;

/// <summary>Categories of a healthcare service (employee-roles §6.2; dictionary HEALTHCARE_SERVICE_CATEGORIES).</summary>
public static class HealthcareServiceCategory
{
    public const string Medical = "MSP";
    public const string Pharmacy = "PHARMACY";
    public const string PharmacyDrugs = "PHARMACY_DRUGS";
}
