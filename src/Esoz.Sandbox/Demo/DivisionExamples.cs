using Esoz.Codes;
using Esoz.Platform.Http;
using static Esoz.Sandbox.Demo.DemoExamples;

namespace Esoz.Sandbox.Demo;

/// <summary>Examples of the divisions (employee-roles §6.3), all by the owner of the clinic.</summary>
internal static class DivisionExamples
{
    /// <summary>Empty for a method of another area.</summary>
    public static IReadOnlyList<DemoExample> Of(MethodCard card, DemoCredentials credentials)
    {
        return card.Id switch
        {
            "get-divisions" =>
            [
                Example("the divisions of the clinic", card.Path, 200),
                Example("there is no such status", $"{card.Path}?status=CLOSED", 422),
            ],
            "get-division-by-id" =>
            [
                Example("a division with its address", With(card, DemoIds.ClinicDivision), 200),
                Example("the division is the hospital's", With(card, DemoIds.HospitalDivision), 403),
            ],
            "create-division" =>
            [
                Example("the clinic opens a division", card.Path, 201, New(phone: "+380000000012")),
                Example("the phone number is not of Ukraine", card.Path, 422, New(phone: "+490000000012")),
            ],
            "update-division" =>
            [
                Example("new working hours; omitted members keep their values", With(card, DemoIds.ClinicBranch), 200,
                    """{"working_hours":{"mon":[["08.00","13.00"],["14.00","18.00"]],"tue":[["08.00","18.00"]]}}"""),
                Example("there is no such division", With(card, DemoIds.Unknown), 404, """{"name":"Амбулаторія"}"""),
            ],
            "activate-division" =>
            [
                Example("a closed division opens again", With(card, DemoIds.ClosedBranch), 200),
                Example("the division is ACTIVE already", With(card, DemoIds.ClinicDivision), 409),
            ],
            "deactivate-division" =>
            [
                Example("the division that was just opened closes", With(card, DemoIds.ClosedBranch), 200),
                Example("the division has active healthcare services", With(card, DemoIds.ClinicDivision), 409),
            ],
            _ => [],
        };

        DemoExample Example(string shows, string path, int status, string? body = null) =>
            new(card, shows, path, [Bearer(credentials.ClinicOwner)], body, status);
    }

    private static string New(string phone) => $$$"""
        {"name":"Амбулаторія № 4","type":"AMBULANT_CLINIC","addresses":[{"type":"{{{AddressType.Residence}}}","country":"UA","area":"ЛЬВІВСЬКА","region":"ЛЬВІВСЬКИЙ","settlement":"Львів","settlement_type":"CITY","settlement_id":"5e771e00-0000-4000-8000-000000000001","street_type":"STREET","street":"Садова","building":"4","zip":"79000"}],"phones":[{"type":"MOBILE","number":"{{{phone}}}"}],"email":"division4@demo.invalid","location":{"latitude":49.8419,"longitude":24.0316}}
        """;
}
