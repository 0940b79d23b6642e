using Esoz.Platform.Http;

namespace Esoz.Tests.Platform.Http;

/// <summary>
/// Order and texts of the checks before every method (platform §2), for every card. Each row fails its own check and every later one:
/// the body is not JSON and has a wrong media type, the ids are not UUIDs.
/// </summary>
public sealed class GatewayTests(Registry registry) : IClassFixture<Registry>
{
    private const string NoBearer = "Authorization header is not set or doesn't contain Bearer token";
    private const string NoKey = "Api key is not set";
    private const string BadKey = "Invalid api key";
    private const string BadToken = "Invalid access token";
    private const string Other = "other:scope";

    private Given Given => registry.Given;

    [Theory(DisplayName = "Token families: token, then key of a BROKER, then scope of the token, then broker scope")]
    [MemberData(nameof(Cards), Family.IlMis)]
    [MemberData(nameof(Cards), Family.Mc)]
    public async Task TokenFirst(string id)
    {
        var card = Card(id);
        var broker = await Given.Provider(access: "BROKER");
        var unscoped = await Given.Token(broker, Other);
        var scoped = await Given.Token(broker, string.Join(' ', card.Scopes));
        var nothing = await Given.ApiKey("MIS", brokerScope: "");

        await Refuses(card, new(null, "unknown"), 401, NoBearer, "Bearer");
        await Refuses(card, new("unknown", "unknown"), 401, BadToken, "Bearer");
        await Refuses(card, unscoped, 401, NoKey, "ApiKey");
        await Refuses(card, unscoped with { ApiKey = "unknown" }, 401, BadKey, "ApiKey");
        await Refuses(card, unscoped with { ApiKey = await Given.ApiKey("MIS") }, 401, BadKey, "ApiKey");
        await Refuses(card, unscoped with { ApiKey = nothing }, 403, Missing(card), null);
        await Refuses(card, scoped with { ApiKey = nothing }, 403, Missing(card), null);
        Assert.NotInRange((await Send(card, scoped with { ApiKey = await Given.ApiKey("MIS", brokerScope: string.Join(' ', card.Scopes)) }))
            .Status, 401, 403);
    }

    [Theory(DisplayName = "A DIRECT client needs no key, and one that is sent is ignored")]
    [MemberData(nameof(Cards), Family.IlMis)]
    [MemberData(nameof(Cards), Family.Mc)]
    public async Task Direct(string id)
    {
        var card = Card(id);
        var client = await Given.Provider();

        await Refuses(card, (await Given.Token(client, Other)) with { ApiKey = "unknown" }, 403, Missing(card), null);
        Assert.NotInRange(
            (await Send(card, (await Given.Token(client, string.Join(' ', card.Scopes))) with { ApiKey = "unknown" })).Status, 401, 403);
    }

    [Theory(DisplayName = "IL-ADM: key, then token, then scope of the token, then broker scope of the key")]
    [MemberData(nameof(Cards), Family.IlAdmin)]
    public async Task KeyThenToken(string id)
    {
        var card = Card(id);
        var scoped = await Given.Nhs(string.Join(' ', card.Scopes));
        var limited = await Given.ApiKey("NHS", brokerScope: "");

        await Refuses(card, new("unknown", null), 401, NoKey, "ApiKey");
        await Refuses(card, new("unknown", "unknown"), 401, BadKey, "ApiKey");
        await Refuses(card, new(null, limited), 401, NoBearer, "Bearer");
        await Refuses(card, new("unknown", limited), 401, BadToken, "Bearer");
        await Refuses(card, (await Given.Nhs(Other)) with { ApiKey = limited }, 403, Missing(card), null);
        await Refuses(card, scoped with { ApiKey = limited }, 403, Missing(card), null);
        Assert.NotInRange((await Send(card, scoped)).Status, 401, 403);
    }

    [Theory(DisplayName = "PIS-BULK: key, then scope of its client's type, then broker scope; a token is ignored",
        SkipTestWithoutData = true)]
    [MemberData(nameof(Cards), Family.PisBulk)]
    public async Task KeyAlone(string id)
    {
        var card = Card(id);
        var scopes = string.Join(' ', card.Scopes);

        await Refuses(card, new("unknown"), 401, NoKey, "ApiKey");
        await Refuses(card, new("unknown", "unknown"), 401, BadKey, "ApiKey");
        await Refuses(card, new("unknown", await Given.ApiKey("PIS", Other, brokerScope: "")), 403, Missing(card), null);
        await Refuses(card, new("unknown", await Given.ApiKey("PIS", scopes, brokerScope: "")), 403, Missing(card), null);
        Assert.NotInRange((await Send(card, new("unknown", await Given.ApiKey("PIS", scopes)))).Status, 401, 403);
    }

    [Theory(DisplayName = "EVENTS: with an Authorization header as the token families, without it as PIS-BULK; neither is a missing token")]
    [MemberData(nameof(Cards), Family.Events)]
    public async Task TokenOrKey(string id)
    {
        var card = Card(id);
        var scopes = string.Join(' ', card.Scopes);
        var broker = await Given.Provider(access: "BROKER");
        var key = await Given.ApiKey("PIS", scopes);

        await Refuses(card, new(), 401, NoBearer, "Bearer");
        await Refuses(card, new(ApiKey: ""), 401, NoKey, "ApiKey");
        await Refuses(card, new(ApiKey: "unknown"), 401, BadKey, "ApiKey");
        await Refuses(card, new(ApiKey: await Given.ApiKey("PIS", Other, brokerScope: "")), 403, Missing(card), null);
        await Refuses(card, new(ApiKey: await Given.ApiKey("PIS", scopes, brokerScope: "")), 403, Missing(card), null);
        Assert.NotInRange((await Send(card, new(ApiKey: key))).Status, 401, 403);

        await Refuses(card, new("unknown", key), 401, BadToken, "Bearer");
        await Refuses(card, await Given.Token(broker, Other), 401, NoKey, "ApiKey");
        await Refuses(card, (await Given.Token(broker, Other)) with { ApiKey = key }, 401, BadKey, "ApiKey");
        await Refuses(card, await Given.Token(await Given.Provider(), Other), 403, Missing(card), null);
        Assert.NotInRange((await Send(card, await Given.Token(await Given.Provider(), scopes))).Status, 401, 403);
        var basic = await registry.Send(card.Verb, card.Path, new(ApiKey: key), null, ("Authorization", "Basic x"));
        basic.IsIlRefusal(401, "access_denied", NoBearer);
    }

    [Theory(DisplayName = "Scheme and header names are read in any case; a repeated or empty header counts as not set")]
    [InlineData("bearer {0}", true)]
    [InlineData("BEARER {0}", true)]
    [InlineData("Bearer", false)]
    [InlineData("Bearer ", false)]
    [InlineData("Basic {0}", false)]
    [InlineData("{0}", false)]
    public async Task Scheme(string header, bool isSet)
    {
        var token = await Given.Token(await Given.Provider(), "employee_role:write");

        var answer = await registry.Send(
            "PATCH", Role, null, null,
            ("authorization", string.Format(System.Globalization.CultureInfo.InvariantCulture, header, token.Token)));

        if (isSet)
            answer.IsIlRefusal(404, "not_found", "Employee role not found");
        else
            answer.IsIlRefusal(401, "access_denied", NoBearer);
    }

    [Fact(DisplayName = "A cookie named Authorization is ignored")]
    public async Task Cookie()
    {
        var token = await Given.Token(await Given.Provider(), "employee_role:write");

        (await registry.Send("PATCH", Role, null, null, ("Cookie", $"Authorization=Bearer {token.Token}")))
            .IsIlRefusal(401, "access_denied", NoBearer);
    }

    private static string Role => $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate";

    /// <summary>Methods of the family that demand a scope.</summary>
    public static TheoryData<string> Cards(Family family) =>
        [.. Methods.All.Where(card => card.Family == family && card.Scopes.Count > 0).Select(card => card.Id)];

    private static MethodCard Card(string id) => Methods.All.Single(card => card.Id == id);

    private static string Missing(MethodCard card) =>
        $"Your scope does not allow to access this resource. Missing allowances: {string.Join(", ", card.Scopes)}";

    private async Task Refuses(MethodCard card, Credential credential, int status, string message, string? challenge)
    {
        var answer = await Send(card, credential);

        if (card.Family == Family.Mc)
            answer.IsMcRefusal(status, status, status == 401 ? "UNAUTHORIZED" : "FORBIDDEN", message);
        else
            answer.IsIlRefusal(status, status == 401 ? "access_denied" : "forbidden", message);
        Assert.Equal(challenge, answer.Headers.WwwAuthenticate.SingleOrDefault()?.ToString());
    }

    private async Task<Answer> Send(MethodCard card, Credential credential)
    {
        using var request = new HttpRequestMessage(new HttpMethod(card.Verb), new Uri(registry.Url, card.Path));
        if (credential.Token is { } token)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        if (credential.ApiKey is { } key)
            request.Headers.Add("api-key", key);
        if (card.Verb != "GET")
            request.Content = new StringContent("{", System.Text.Encoding.UTF8, "text/plain");
        using var response = await registry.Http.SendAsync(request);
        return await Answer.Of(response);
    }
}
