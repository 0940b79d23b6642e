using Esoz.Codes;
using Esoz.HealthcareServices;

namespace Esoz.Sandbox.Generate;

/// <summary>
/// Healthcare services, one of every speciality of the legal entity in each of its divisions. Numbers refer to legal entities.
/// </summary>
internal static class Services
{
    public static readonly SyntheticTable Table = new("healthcare_services",
        "id, legal_entity_id, division_id, category, speciality_type, providing_condition, license_id, available_time, not_available, status, is_active, " +
        "inserted_at, inserted_by, updated_at, updated_by",
        part => part.LegalEntities, Write);

    private const string Medical =
        $$"""{"coding":[{"system":"HEALTHCARE_SERVICE_CATEGORIES","code":"{{HealthcareServiceCategory.Medical}}"}]}""";
    private const string Pharmacy =
        $$"""{"coding":[{"system":"HEALTHCARE_SERVICE_CATEGORIES","code":"{{HealthcareServiceCategory.Pharmacy}}"}]}""";
    private const string OnWorkingDays =
        """[{"days_of_week":["mon","tue","wed","thu","fri"],"all_day":false,"available_start_time":"08:00:00","available_end_time":"18:00:00"}]""";

    private static void Write(TableWriter rows, Source source, int legalEntity)
    {
        if (legalEntity == 0)
            return;
        var archetype = Population.ArchetypeOf(legalEntity);
        var first = Population.FirstService(legalEntity);
        for (var service = first; service < first + archetype.Services; service++)
        {
            var dice = source.Dice(Kind.HealthcareService, service);
            var (place, branch) = int.DivRem(service - first, archetype.ServicesPerDivision);
            var division = Population.FirstDivision(legalEntity) + place;
            var insertedAt = Calendar.Founding(ref dice);
            rows.StartRow();
            rows.Value(source.Id(Kind.HealthcareService, service)).Value(source.Id(Kind.LegalEntity, legalEntity))
                .Value(source.Id(Kind.Division, division))
                .Text(archetype.IsPharmacy ? Pharmacy : Medical)
                .Text(archetype.IsPharmacy ? null : archetype.Specialities[branch].Code)
                .Text(archetype.IsPharmacy ? null
                    : archetype.Type == LegalEntityType.Emergency ? ProvidingCondition.Field : ProvidingCondition.Outpatient)
                .Value(archetype.IsPharmacy ? source.Id(Kind.Licence, legalEntity) : (Guid?)null).Text(OnWorkingDays).Text("[]")
                .Text(Divisions.IsActive(legalEntity, division) ? HealthcareServiceStatus.Active : HealthcareServiceStatus.Inactive)
                .Value(true)
                .Value(insertedAt).Value(Source.Author).Value(source.Calendar.Changed(service, insertedAt, ref dice)).Value(Source.Author);
        }
    }
}
