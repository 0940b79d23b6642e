using Esoz.Platform.Http;
using static Esoz.Sandbox.Demo.DemoExamples;

namespace Esoz.Sandbox.Demo;

/// <summary>Examples of clients and connections.</summary>
internal static class ClientExamples
{
    /// <summary>Empty for a method of another area.</summary>
    public static IEnumerable<DemoExample> Of(MethodCard card, DemoCredentials credentials)
    {
        (string, string)[] owner = [Bearer(credentials.ClinicOwner)];
        (string, string)[] byMis = [.. owner, ApiKey(credentials.MisKey)];
        return card.Id switch
        {
            "API-009-007-0001" =>
            [
                new(card, "the clinic's own client", card.Path, owner, null, 200),
                new(card, "pages are counted from 1", $"{card.Path}?page=0", owner, null, 422),
            ],
            "API-009-007-0002" =>
            [
                new(card, "the clinic's own client", With(DemoIds.Clinic), owner, null, 200),
                new(card, "the client is the hospital's", With(DemoIds.Hospital), owner, null, 403),
            ],
            "API-009-011-0001" =>
            [
                new(card, "the clinic's connections", With(DemoIds.Clinic), owner, null, 200),
                new(card, "there is no such client", With(DemoIds.Unknown), owner, null, 404),
            ],
            "API-009-011-0002" =>
            [
                new(card, "the connection by which the MIS acts for the clinic", With(DemoIds.Clinic, DemoIds.ClinicConnection), owner,
                    null, 200),
                new(card, "the connection is the hospital's", With(DemoIds.Clinic, DemoIds.HospitalConnection), owner, null, 404),
            ],
            "API-009-011-0003" =>
            [
                new(card, "users return to another page of the MIS", With(DemoIds.Clinic, DemoIds.SpareConnection), owner,
                    Address("https://mis.demo.invalid/clinic/oauth"), 200),
                new(card, "the address is not https", With(DemoIds.Clinic, DemoIds.SpareConnection), owner,
                    Address("http://mis.demo.invalid/oauth"), 422),
            ],
            "API-009-011-0004" =>
            [
                new(card, "a new secret of the connection, by token and the key of the MIS", With(DemoIds.Clinic, DemoIds.SpareConnection), byMis,
                    null, 200),
                new(card, "without the key of the MIS", With(DemoIds.Clinic, DemoIds.SpareConnection), owner, null, 401),
            ],
            "API-009-011-0005" =>
            [
                new(card, "the connection and its sessions end", With(DemoIds.Clinic, DemoIds.SpareConnection), owner, null, 200),
                new(card, "the connection is deleted already", With(DemoIds.Clinic, DemoIds.SpareConnection), owner, null, 404),
            ],
            _ => [],
        };

        string With(Guid client, Guid connection = default) => card.Path.Replace("{id}", client.ToString(), StringComparison.Ordinal)
            .Replace("{connection_id}", connection.ToString(), StringComparison.Ordinal);
    }

    private static string Address(string text) => $$"""{"redirect_uri":"{{text}}"}""";
}
