using System.Net.Http.Headers;
using System.Text;

namespace Esoz.Tests.Platform.Http;

/// <summary>Size, media type and syntax of bodies (platform §2 check 9, §10).</summary>
public sealed class BodyTests(Registry registry) : IClassFixture<Registry>
{
    private const int Limit = 1024 * 1024;
    private const string Malformed = "Malformed request. Probably, you have sent corrupted JSON.";

    [Theory(DisplayName = "A body that is not JSON in UTF-8 is 400")]
    [InlineData("{")]
    [InlineData("   ")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"a":1} {"b":2}""")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":{"b":1,"b":2}}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""{"a":1} // comment""")]
    [InlineData("""/* comment */ {"a":1}""")]
    [InlineData("{'a':1}")]
    [InlineData("""{"a":NaN}""")]
    [InlineData("""{"a":01}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":"\udc00\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"a":"\u0000"}""")]
    [InlineData("""{"\u0000":1}""")]
    [InlineData("{\"a\":\"\t\"}")]
    [InlineData("\uFEFF{}")]
    public async Task Refuses(string body) => await IsMalformed(Encoding.UTF8.GetBytes(body));

    [Theory(DisplayName = "Bytes that are not UTF-8 are 400")]
    [InlineData(new byte[] { 0x22, 0xFF, 0x22 })]
    [InlineData(new byte[] { 0x7B, 0x22, 0xC0, 0x80, 0x22, 0x3A, 0x31, 0x7D })]
    [InlineData(new byte[] { 0x22, 0xED, 0xA0, 0x80, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xD0, 0x22 })]
    public async Task RefusesBytes(byte[] body) => await IsMalformed(body);

    [Fact(DisplayName = "32 levels are accepted, 33 are not")]
    public async Task Depth()
    {
        Assert.Equal(422, (await Post(Nested(32))).Status);
        await IsMalformed(Encoding.UTF8.GetBytes(Nested(33)));

        static string Nested(int levels) => new string('[', levels) + new string(']', levels);
    }

    [Theory(DisplayName = "A root that is not an object is one cast fault at $")]
    [InlineData("[]", "array")]
    [InlineData("1", "integer")]
    [InlineData("1.5", "number")]
    [InlineData("\"text\"", "string")]
    [InlineData("null", "null")]
    [InlineData("false", "boolean")]
    public async Task Root(string body, string actual) =>
        (await Post(body)).IsIlBusinessFault("$", $"type mismatch. Expected object but got {actual}");

    [Theory(DisplayName = "Valid text of any script and any valid escape reaches the schema")]
    [InlineData("""{"Ґалаґан 🩺":"\ud83d\ude00 \u0001 \" \\ \/"}""")]
    [InlineData(" \r\n\t{} \n")]
    public async Task Accepts(string body) => Assert.Equal(422, (await Post(body)).Status);

    [Fact(DisplayName = "An empty body counts as {}, whatever its media type")]
    public async Task Empty()
    {
        var answer = await Post("", "text/plain");

        Assert.Equal(422, answer.Status);
        Assert.Equal("$.staff_units", answer.Json.GetProperty("error").GetProperty("invalid")[0].GetProperty("entry").GetString());
    }

    [Theory(DisplayName = "application/json is accepted in every spelling, with parameters, in UTF-8")]
    [InlineData("application/json")]
    [InlineData("APPLICATION/JSON")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=\"UTF-8\"")]
    [InlineData("application/json; profile=a; charset=utf-8")]
    public async Task AcceptsType(string type) => Assert.Equal(422, (await Post("{}", type)).Status);

    [Theory(DisplayName = "Any other media type is 415, and comes before the syntax")]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("text/json")]
    [InlineData("json")]
    [InlineData("application/problem+json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=windows-1251")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json, text/plain")]
    public async Task RefusesType(string? type)
    {
        var answer = await Post("{", type);

        Assert.Equal(415, answer.Status);
        Assert.Equal(
            """{"type":"content_type_invalid","message":"Invalid Content-Type header. Try to set 'Content-Type: application/json' header: http://docs.apimanifest.apiary.io/#introduction/interacting-with-api/content-type.","invalid":[{"entry_type":"header","entry":"Content-Type"}]}""",
            answer.Json.GetProperty("error").GetRawText());
    }

    [Theory(DisplayName = "1 MiB is accepted; one byte more is 413, by Content-Length or on the stream, before media type and syntax")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Size(bool chunked)
    {
        Assert.Equal(422, (await Post("{}".PadRight(Limit), chunked: chunked)).Status);

        var answer = await Post("{".PadRight(Limit + 1), "text/plain", chunked);

        Assert.Equal(413, answer.Status);
        Assert.Equal(
            """{"type":"request_too_large","message":"Request body is too large.","invalid":[{"entry_type":"request","rules":[{"rule":"size"}]}]}""",
            answer.Json.GetProperty("error").GetRawText());
    }

    [Fact(DisplayName = "A method without a body ignores what is sent, whatever it is")]
    public async Task Ignored()
    {
        var provider = await registry.Given.Provider();
        var credential = await registry.Given.Token(provider, "employee_role:write");

        var answer = await Send(
            "PATCH", $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate", credential, "{"u8.ToArray(), "text/plain");

        answer.IsIlRefusal(404, "not_found", "Employee role not found");
    }

    private async Task IsMalformed(byte[] body)
    {
        var answer = await Send("POST", "/api/admin/contract_employees", await registry.Given.Nhs(), body);

        Assert.Equal(400, answer.Status);
        Assert.Equal(
            $$$"""{"type":"request_malformed","message":"{{{Malformed}}}","invalid":[{"entry_type":"request","rules":[{"rule":"json"}]}]}""",
            answer.Json.GetProperty("error").GetRawText());
    }

    private async Task<Answer> Post(string body, string? type = "application/json", bool chunked = false) =>
        await Send("POST", "/api/admin/contract_employees", await registry.Given.Nhs(), Encoding.UTF8.GetBytes(body), type, chunked);

    private async Task<Answer> Send(
        string verb, string path, Credential credential, byte[] body, string? type = "application/json", bool chunked = false)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(registry.Url, path))
        {
            Content = new ByteArrayContent(body),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential.Token);
        if (credential.ApiKey is { } key)
            request.Headers.Add("api-key", key);
        if (type is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.TransferEncodingChunked = chunked;
        // A request refused by its Content-Length is answered before the body is sent.
        request.Headers.ExpectContinue = body.Length > Limit && !chunked;
        using var response = await registry.Http.SendAsync(request);
        return await Answer.Of(response);
    }
}
