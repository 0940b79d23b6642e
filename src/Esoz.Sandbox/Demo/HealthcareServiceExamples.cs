using Esoz.Codes;
using Esoz.HealthcareServices;
using Esoz.Platform.Http;
using static Esoz.Sandbox.Demo.DemoExamples;

namespace Esoz.Sandbox.Demo;

/// <summary>Examples of the healthcare services.</summary>
internal static class HealthcareServiceExamples
{
    public static IEnumerable<DemoExample> Of(MethodCard card, DemoCredentials credentials)
    {
        (string, string)[] owner = [Bearer(credentials.ClinicOwner)];
        if (card == CreateHealthcareService.Card)
            return
            [
                new(card, "the branch opens a children’s surgery", card.Path, owner, Pediatrics(ProvidingCondition.Outpatient), 201),
                new(card, "it has one already", card.Path, owner, Pediatrics(ProvidingCondition.Outpatient), 409),
                new(card, "primary care has no beds", card.Path, owner, Pediatrics(ProvidingCondition.Inpatient), 422),
            ];
        if (card == GetHealthcareServices.Card)
            return
            [
                new(card, "the services of a division", $"{card.Path}?division_id={DemoIds.ClinicDivision}", owner, null, 200),
                new(card, "17 is not a uuid", $"{card.Path}?division_id=17", owner, null, 422),
            ];
        if (card == GetHealthcareService.Card)
            return
            [
                new(card, "a service of the clinic", With(card, DemoIds.FamilyMedicine), owner, null, 200),
                new(card, "the service is the hospital's", With(card, DemoIds.Gynaecology), owner, null, 403),
            ];
        if (card == UpdateHealthcareService.Card)
            return
            [
                new(card, "new hours", With(card, DemoIds.FamilyMedicine), owner, Hours("08:00:00"), 200),
                new(card, "hours without a beginning", With(card, DemoIds.FamilyMedicine), owner, Hours(null), 422),
            ];
        // Activated first and deactivated afterwards, so that both find the status they need.
        var refused = card == ActivateHealthcareService.Card ? "the service is ACTIVE already" : "the service is INACTIVE already";
        return
        [
            new(card, card == ActivateHealthcareService.Card ? "a closed service opens" : "and closes again", With(card, DemoIds.Pediatrics),
                owner, null, 200),
            new(card, refused, With(card, DemoIds.Pediatrics), owner, null, 409),
        ];
    }

    private static string Pediatrics(string condition) => $$"""
        {"division_id":"{{DemoIds.ClinicBranch}}","category":{"coding":[{"system":"HEALTHCARE_SERVICE_CATEGORIES","code":"{{HealthcareServiceCategory.Medical}}"}]},"speciality_type":"{{SpecialityType.Pediatrician}}","providing_condition":"{{condition}}"}
        """;

    private static string Hours(string? start) =>
        $$"""{"available_time":[{"days_of_week":["mon","wed","fri"],"all_day":false,{{(start is null ? "" : $"\"available_start_time\":\"{start}\",")}}"available_end_time":"14:00:00"}]}""";
}
