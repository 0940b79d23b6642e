using Esoz.Compositions;
using Esoz.Platform.Http;
using static Esoz.Sandbox.Demo.DemoExamples;

namespace Esoz.Sandbox.Demo;

/// <summary>Examples of the compositions, all by the doctor of the clinic.</summary>
internal static class CompositionExamples
{
    public static IEnumerable<DemoExample> Of(MethodCard card, DemoCredentials credentials, DemoOrders orders)
    {
        (string, string)[] doctor = [Bearer(credentials.Doctor)];
        if (card == GetAsyncJobStatus.Card)
            return
            [
                new(card, "a job that is done", With("{asyncJobId}", DemoIds.Job), doctor, null, 200),
                new(card, "there is no such job", With("{asyncJobId}", DemoIds.Unknown), doctor, null, 404),
            ];
        if (card == CreateComposition.Card)
            return
            [
                new(card, "a job creates a sick-leave draft for the patient", card.Path, doctor, SickLeave, 200),
                new(card, "birth is not a category of a sick leave", card.Path, doctor, Draft(CompositionCategory.LiveBirth), 400),
            ];
        if (card == SignComposition.Card)
            return
            [
                new(card, "the doctor signs the draft", With("{compositionId}", DemoIds.Composition), doctor, orders.Sign.Body, 200,
                    BodyFile: orders.Sign.File),
                new(card, "the data is not base64", With("{compositionId}", DemoIds.Composition), doctor,
                    """{"data":"signed, honestly"}""", 400),
            ];
        if (card == CancelComposition.Card)
            return
            [
                new(card, "the doctor cancels an earlier one", With("{compositionId}", DemoIds.SignedComposition), doctor,
                    orders.Cancel.Body, 200, BodyFile: orders.Cancel.File),
                new(card, "there is no such composition", With("{compositionId}", DemoIds.Unknown), doctor, """{"data":"c2lnbmVk"}""", 404),
            ];
        if (card == GetComposition.Card)
            return
            [
                new(card, "a composition, whatever its status", PathOf($"{DemoIds.Composition}"), doctor, null, 200),
                new(card, "the composition is of another encounter", Whole($"{DemoIds.Composition}", DemoIds.OpenEncounter), doctor, null, 404),
            ];
        return
        [
            new(card, "the patient's compositions, the newest first", $"{card.Path}?subject={DemoIds.Patient}", doctor, null, 200),
            new(card, "whose compositions?", card.Path, doctor, null, 400),
        ];

        string With(string place, Guid id) => card.Path.Replace(place, id.ToString(), StringComparison.Ordinal);
    }

    public static IEnumerable<DemoExample> OfConfigurations(MethodCard card, DemoCredentials credentials) => card.Path switch
    {
        "/api/composition_configurations" =>
        [
            new(card, "the lengths that a conclusion about a pregnancy may have, in days",
                $"{card.Path}?type={CompositionType.Disability}&category={CompositionCategory.Pregnancy}",
                [Bearer(credentials.Doctor)], null, 200),
            new(card, "there is no such day", $"{card.Path}?updated_at_from=2026-02-30", [Bearer(credentials.Doctor)], null, 422),
        ],
        _ =>
        [
            new(card, "when the settings were last changed", card.Path, [Bearer(credentials.Doctor)], null, 200),
            new(card, "no token", card.Path, [], null, 401),
        ],
    };

    /// <summary>Body of the request that creates a sick leave.</summary>
    public static string SickLeave => Draft(CompositionCategory.Sickness);

    /// <summary>Path of a composition of the same patient, episode and encounter.</summary>
    public static string PathOf(string composition) => Whole(composition, DemoIds.Encounter);

    private static string Whole(string composition, Guid encounter) =>
        $"/api/patients/{DemoIds.Patient}/composition/{composition}/episode/{DemoIds.Episode}/encounter/{encounter}";

    private static string Draft(string category) => $$$"""
        {"type":{{{Concept(CompositionTerms.TypeSystem, CompositionType.Disability)}}},"category":{{{Concept(CompositionTerms.CategorySystem, category)}}},"event":[{"code":{{{Concept(CompositionTerms.EventSystem, CompositionTerms.ValidityPeriod)}}},"period":{"start":"2026-03-02T00:00:01Z","end":"2026-03-06T20:59:59Z"}}],"subject":{{{Resource(PatientType.Person, DemoIds.Patient)}}},"encounter":{{{Resource("encounter", DemoIds.Encounter)}}},"author":{{{Resource("employee", DemoIds.Doctor)}}},"section":{"focus":{{{Resource(PatientType.Person, DemoIds.Patient)}}}},"extension":[{"valueCode":"INFORM_WITH","valueUuid":"{{{DemoIds.PatientPhone}}}"}]}
        """;

    private static string Resource(string type, Guid id) => $$"""{"type":{{Concept("eHealth/resources", type)}},"value":"{{id}}"}""";

    private static string Concept(string system, string code) => $$"""{"coding":[{"system":"{{system}}","code":"{{code}}"}]}""";
}
