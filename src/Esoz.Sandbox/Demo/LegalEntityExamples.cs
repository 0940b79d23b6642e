using Esoz.Platform.Http;
using static Esoz.Sandbox.Demo.DemoExamples;

namespace Esoz.Sandbox.Demo;

/// <summary>Examples of the methods of legal entities.</summary>
internal static class LegalEntityExamples
{
    /// <summary>Empty for a method of another area.</summary>
    public static IEnumerable<DemoExample> Of(MethodCard card, DemoCredentials credentials) => card.Id switch
    {
        "get-legal-entities" =>
        [
            new(card, "legal entities of outpatient care, as the NHS sees them", $"{card.Path}?type=OUTPATIENT",
                [Bearer(credentials.Nhs)], null, 200),
            new(card, "there is no such type", $"{card.Path}?type=CLINIC", [Bearer(credentials.Nhs)], null, 422),
        ],
        "get-legal-entity-by-id" =>
        [
            new(card, "the clinic reads its own legal entity", With(card, DemoIds.Clinic), [Bearer(credentials.ClinicOwner)], null, 200),
            new(card, "the clinic reads the hospital's legal entity", With(card, DemoIds.Hospital), [Bearer(credentials.ClinicOwner)], null, 403),
        ],
        "deactivate-legal-entity" =>
        [
            new(card, "the NHS closes a hospital; its owner is no longer active", With(card, DemoIds.ClosingHospital),
                [Bearer(credentials.Nhs)], null, 200),
            new(card, "the clinic is closed already", With(card, DemoIds.ClosedClinic), [Bearer(credentials.Nhs)], null, 409),
        ],
        _ => [],
    };
}
