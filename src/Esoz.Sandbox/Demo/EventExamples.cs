using Esoz.Platform.Http;
using static Esoz.Sandbox.Demo.DemoExamples;

namespace Esoz.Sandbox.Demo;

/// <summary>Examples of the methods of events.</summary>
internal static class EventExamples
{
    /// <summary>Empty for a method of another area.</summary>
    /// <param name="change">An event.</param>
    public static IEnumerable<DemoExample> Of(MethodCard card, DemoCredentials credentials, Guid change) => card.Id switch
    {
        "get-events-list" =>
        [
            new(card, "legal entities that were suspended", $"{card.Path}?entity_type=LegalEntity&attribute_name=status&new_value=SUSPENDED",
                [ApiKey(credentials.PisKey)], null, 200),
            new(card, "a period of a day is too long", $"{card.Path}?date=2026-03-01T00:00:00Z&date_to=2026-03-02T00:00:00Z",
                [Bearer(credentials.Nhs)], null, 422),
            new(card, "providers do not read events", card.Path, [Bearer(credentials.ClinicOwner)], null, 403),
        ],
        "get-events-by-id" =>
        [
            new(card, "the suspension of a hospital", With(card, change), [ApiKey(credentials.PisKey)], null, 200),
            new(card, "there is no such event", With(card, DemoIds.Unknown), [ApiKey(credentials.PisKey)], null, 404),
        ],
        _ => [],
    };
}
