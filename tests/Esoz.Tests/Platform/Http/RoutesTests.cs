namespace Esoz.Tests.Platform.Http;

/// <summary>Unknown paths and verbs, and HEAD (platform §1, §2 check 2, §10).</summary>
public sealed class RoutesTests(Registry registry) : IClassFixture<Registry>
{
    [Theory(DisplayName = "An unknown path or verb is 404 in the IL envelope, without credentials; there is no 405")]
    [InlineData("POST", "/")]
    [InlineData("GET", "/api")]
    [InlineData("GET", "/nothing")]
    [InlineData("GET", "/api/nothing")]
    [InlineData("POST", "/api/pis/bulk/nothing")]
    [InlineData("DELETE", "/api/admin/contract_employees")]
    [InlineData("GET", "/api/employee_roles/1/actions/deactivate")]
    [InlineData("OPTIONS", "/api/employee_roles/1/actions/deactivate")]
    [InlineData("POST", "/healthz/live")]
    [InlineData("POST", "/openapi.json")]
    // sign-in §11.2: until sign-in by signature is served.
    [InlineData("GET", "/oauth/nonce")]
    [InlineData("POST", "/oauth/nonce")]
    public async Task Il(string verb, string path) => (await registry.Send(verb, path)).IsIlRefusal(404, "not_found", "Not found");

    [Theory(DisplayName = "An unknown path or verb below /api/patients is 404 in the MC shape")]
    [InlineData("GET", "/api/patients")]
    [InlineData("GET", "/api/patients/nothing/at/all")]
    [InlineData("DELETE", "/api/patients/composition")]
    public async Task Mc(string verb, string path) => (await registry.Send(verb, path)).IsMcRefusal(404, 404, "NOT_FOUND", "Not found");

    [Theory(DisplayName = "No method answers another verb")]
    [MemberData(nameof(Cards))]
    public async Task OtherVerbs(string id)
    {
        var card = Methods.All.Single(card => card.Id == id);
        var known = Methods.All.Where(other => other.Path == card.Path).SelectMany(other => other.Verbs).ToHashSet();

        foreach (var verb in new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" }.Except(known))
            Assert.Equal(404, (await registry.Send(verb, card.Path)).Status);
    }

    [Theory(DisplayName = "HEAD is answered wherever GET is, with the same status and headers and no body")]
    [MemberData(nameof(Readable))]
    public async Task Head(string path)
    {
        var get = await registry.Send("GET", path);
        var head = await registry.Send("HEAD", path);

        Assert.Equal((get.Status, ""), (head.Status, head.Text));
        Assert.Equal(get.ContentHeaders.ContentType, head.ContentHeaders.ContentType);
        Assert.True(head.Status < 500);
    }

    [Fact(DisplayName = "The request id is in the header of every refusal, the query in none of its URLs")]
    public async Task Headers()
    {
        var answer = await registry.Send("GET", "/api/nothing?tax_id=3000000001");

        Assert.Equal(
            answer.Json.GetProperty("meta").GetProperty("request_id").GetString(), Assert.Single(answer.Headers.GetValues("X-Request-ID")));
        Assert.DoesNotContain("3000000001", answer.Text, StringComparison.Ordinal);
        Assert.Equal("application/json; charset=utf-8", answer.ContentHeaders.ContentType!.ToString());
        Assert.False(answer.Headers.Contains("Server"));
    }

    public static TheoryData<string> Cards => [.. Methods.All.Select(card => card.Id)];

    public static TheoryData<string> Readable =>
        [.. Methods.All.Where(card => card.Verb == "GET").Select(card => card.Path), "/openapi.json", "/healthz/live", "/healthz/ready"];
}
