using System.Collections.Frozen;
using Esoz.Codes;
using Esoz.Platform.Configuration;

namespace Esoz.HealthcareServices;

/// <summary>
/// Settings of the healthcare services (employee-roles §6.2): which types of legal entity may have them, and the categories and providing
/// conditions of each type.
/// </summary>
public sealed record HealthcareServiceOptions
{
    private const string AllowedTypes =
        $"{LegalEntityType.PrimaryCare},{LegalEntityType.Outpatient},{LegalEntityType.Emergency},{LegalEntityType.Pharmacy}";

    private static readonly Dictionary<string, (string Categories, string ProvidingConditions)> Defaults = new()
    {
        [LegalEntityType.PrimaryCare] = (HealthcareServiceCategory.Medical, ProvidingCondition.Outpatient),
        [LegalEntityType.Outpatient] = (
            $"{HealthcareServiceCategory.Medical},{HealthcareServiceCategory.PharmacyDrugs}",
            $"{ProvidingCondition.Inpatient},{ProvidingCondition.Outpatient},{ProvidingCondition.Field}"),
        [LegalEntityType.Emergency] = (HealthcareServiceCategory.Medical, ProvidingCondition.Field),
        [LegalEntityType.Pharmacy] = ($"{HealthcareServiceCategory.Pharmacy},{HealthcareServiceCategory.PharmacyDrugs}", ""),
    };

    /// <summary>Allowed offer by type of legal entity; other types may not have healthcare services.</summary>
    public required FrozenDictionary<string, HealthcareServiceOffer> Offers { get; init; }

    /// <summary>Type of the licence that a service of a category is linked to; other categories have no licence.</summary>
    public required FrozenDictionary<string, string> LicenseTypes { get; init; }

    public static HealthcareServiceOptions Read(SettingReader read) => new()
    {
        Offers = read.Parsed("HEALTHCARE_SERVICE_LEGAL_ENTITIES_ALLOWED_TYPES", AllowedTypes, Codes)
            .ToFrozenDictionary(type => type, type => Offer(read, type)),
        LicenseTypes = new Dictionary<string, string>
        {
            [HealthcareServiceCategory.Pharmacy] =
                read.Parsed("HEALTHCARE_SERVICE_PHARMACY_LICENSE_TYPE", LicenseType.Pharmacy, text => text),
            [HealthcareServiceCategory.PharmacyDrugs] =
                read.Parsed("HEALTHCARE_SERVICE_PHARMACY_DRUGS_LICENSE_TYPE", LicenseType.PharmacyDrugs, text => text),
        }.Where(type => type.Value.Length > 0).ToFrozenDictionary(StringComparer.Ordinal),
    };

    private static HealthcareServiceOffer Offer(SettingReader read, string type)
    {
        var (categories, conditions) = Defaults.GetValueOrDefault(type, ("", ""));
        return new(
            read.Parsed($"HEALTHCARE_SERVICE_{type}_CATEGORIES", categories, Codes),
            read.Parsed($"HEALTHCARE_SERVICE_{type}_PROVIDING_CONDITIONS", conditions, Codes));
    }

    private static FrozenSet<string> Codes(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet(StringComparer.Ordinal);
}

/// <summary>Codes of dictionaries that a healthcare service of one type of legal entity may have.</summary>
public sealed record HealthcareServiceOffer(FrozenSet<string> Categories, FrozenSet<string> ProvidingConditions);
