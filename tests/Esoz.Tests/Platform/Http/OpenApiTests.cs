using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Platform;
using Esoz.Platform.Http;

namespace Esoz.Tests.Platform.Http;

/// <summary>The OpenAPI document: every method with all its possible answers, without duplication.</summary>
public sealed class OpenApiTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "The document is served without credentials, with an ETag that saves the second download")]
    public async Task Served()
    {
        var first = await registry.Send("GET", "/openapi.json");
        var tag = first.Headers.ETag!;
        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri(registry.Url, "/openapi.json"));
        again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(tag.Tag));
        using var unchanged = await registry.Http.SendAsync(again, TestContext.Current.CancellationToken);

        Assert.Equal("3.1.1", first.Succeeded().Json.GetProperty("openapi").GetString());
        Assert.Equal("application/json; charset=utf-8", first.ContentHeaders.ContentType!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal("", await unchanged.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact(DisplayName = "It is compressed when gzip is accepted, as a form of its own with its own ETag")]
    public async Task Compressed()
    {
        var plain = await Get(null, null);
        var gzip = await Get("gzip", null);
        using var content = new GZipStream(
            await gzip.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        await content.CopyToAsync(unpacked, TestContext.Current.CancellationToken);
        var known = await Get("gzip", $"\"other\", {gzip.Headers.ETag}");
        var weakened = await Get(null, $"W/{plain.Headers.ETag}");
        var ofTheOtherForm = await Get(null, gzip.Headers.ETag!.ToString());

        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.Equal(["gzip"], gzip.Content.Headers.ContentEncoding);
        Assert.All([plain, gzip, known], answer => Assert.Equal(["Accept-Encoding"], answer.Headers.Vary));
        Assert.Equal(await plain.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), unpacked.ToArray());
        Assert.NotEqual(plain.Headers.ETag, gzip.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Equal(HttpStatusCode.NotModified, weakened.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ofTheOtherForm.StatusCode);

        async Task<HttpResponseMessage> Get(string? coding, string? tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(registry.Url, "/openapi.json"));
            if (coding is not null)
                request.Headers.Add("Accept-Encoding", coding);
            if (tag is not null)
                request.Headers.Add("If-None-Match", tag);
            return await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        }
    }

    [Fact(DisplayName = "It holds exactly the methods of the table of contents, each under the name of its card, with its Method API ID")]
    public async Task Complete()
    {
        var operations = (await Document()).GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject()
                .Select(verb => $"{verb.Value.GetProperty("operationId").GetString()} {verb.Value.GetProperty("x-method-id").GetString()} "
                    + $"{verb.Name.ToUpperInvariant()} {path.Name}"));

        Assert.Equal(Methods.All.Select(card => $"{OperationId(card)} {card.Id} {card.Verb} {card.Path}").Order(), operations.Order());

        static string OperationId(MethodCard card) =>
            card.Handle.Method.DeclaringType!.Name is [var first, .. var rest] ? char.ToLowerInvariant(first) + rest : "";
    }

    [Theory(DisplayName = "Every check of the gateway and of the page is an example under the status it is answered with")]
    [MemberData(nameof(Cards))]
    public async Task Refusals(string id)
    {
        var card = Card(id);
        var responses = (await Operation(card)).GetProperty("responses");

        foreach (var check in Gateway.ChecksOf(card).Concat(card.Validations))
        {
            var examples = Examples(responses, Dialect.For(card.Family).Status(check.Refusal));
            Assert.Contains(examples, example => example.GetProperty("summary").GetString() == check.Rule
                && Says(example.GetProperty("value"), check.Refusal));
        }
        Assert.NotEmpty(Examples(responses, 500));
        Assert.True(responses.TryGetProperty(card.Success.ToString(System.Globalization.CultureInfo.InvariantCulture), out _));
    }

    [Theory(DisplayName = "A method that starts a job documents every error with which it can end, for machines and in the description")]
    [MemberData(nameof(Cards))]
    public async Task JobErrors(string id)
    {
        var card = Card(id);
        var operation = await Operation(card);
        var documented = operation.TryGetProperty("x-job-errors", out var errors)
            ? errors.EnumerateArray()
                .Select(error => $"{error.GetProperty("code")} {error.GetProperty("name")}: {error.GetProperty("message")}").ToList()
            : [];

        var declared = card.JobErrors.Select(rule => rule.Refusal)
            .Select(refusal => $"{refusal.Code!.Value.Number} {refusal.Code.Value.Name}: {refusal.Message}").ToList();
        Assert.Equal(declared.Count == 0 ? [] : [.. declared, "500 SUBORDINATE_SERVICE_ERROR: Subordinate service error"], documented);
        var description = operation.GetProperty("description").GetString()!;
        Assert.All(card.JobErrors.Select(rule => rule.Refusal),
            refusal => Assert.Contains(
                $"| `{refusal.Code!.Value.Name}` | `{refusal.Code.Value.Number}: {refusal.Message}` |", description, StringComparison.Ordinal));
    }

    [Theory(DisplayName = "Examples have the family's error format and the status under which they are listed")]
    [MemberData(nameof(Cards))]
    public async Task Shapes(string id)
    {
        var card = Card(id);
        foreach (var response in (await Operation(card)).GetProperty("responses").EnumerateObject()
            .Where(response => response.Name[0] is '4' or '5'))
        {
            foreach (var example in response.Value.GetProperty("content").GetProperty("application/json").GetProperty("examples")
                .EnumerateObject())
            {
                var value = example.Value.GetProperty("value");
                if (card.Family == Family.Mc)
                    Assert.Equal(["code", "name", "message"], value.GetProperty("error").EnumerateObject().Select(member => member.Name));
                else
                    Assert.Equal(response.Name, value.GetProperty("meta").GetProperty("code").GetRawText());
            }
        }
    }

    [Theory(DisplayName = "Security names the family's credentials, without scopes, which tools know of OAuth only: they are in x-scopes")]
    [MemberData(nameof(Cards))]
    public async Task Security(string id)
    {
        var card = Card(id);
        var expected = card.Family switch
        {
            Family.IlMis or Family.Mc => """[{"bearer":[]},{"bearer":[],"api_key":[]}]""",
            Family.IlAdmin => """[{"bearer":[],"api_key":[]}]""",
            Family.PisBulk => """[{"api_key":[]}]""",
            Family.Events => """[{"bearer":[]},{"bearer":[],"api_key":[]},{"api_key":[]}]""",
            Family.Open => "[]",
            Family.SignIn => card.Bearer switch
            {
                SignInBearer.None => "[]",
                SignInBearer.OwnOrNone => """[{},{"bearer":[]}]""",
                _ => """[{"bearer":[]}]""",
            },
        };

        var operation = await Operation(card);

        Assert.Equal(expected, JsonSerializer.Serialize(operation.GetProperty("security")));
        var scopes = Assert.Single(operation.GetProperty("x-scopes").EnumerateObject());
        Assert.Equal(card.AnyScope ? "any" : "all", scopes.Name);
        Assert.Equal(card.Scopes, scopes.Value.EnumerateArray().Select(scope => scope.GetString()!));
        Assert.All(
            card.Scopes, scope => Assert.Contains(scope, operation.GetProperty("description").GetString()!, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "The request schema is the card's own; the answer's follows from the type and the family's JSON policy")]
    public async Task Schemas()
    {
        var document = await Document();
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var request = schemas.GetProperty("CreateContractEmployeeRequest");
        var data = schemas.GetProperty("EmployeeRole");

        Assert.False(request.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal("uuid", request.GetProperty("properties").GetProperty("employee_id").GetProperty("format").GetString());
        Assert.Equal(
            ["id", "healthcare_service_id", "employee_id", "start_date", "end_date", "status", "is_active", "inserted_at", "inserted_by",
                "updated_at", "updated_by"],
            data.GetProperty("properties").EnumerateObject().Select(property => property.Name));
        Assert.Equal("""{"type":["string","null"],"format":"date-time"}""",
            Undescribed(data.GetProperty("properties").GetProperty("end_date")));
        Assert.Equal("uuid", data.GetProperty("properties").GetProperty("id").GetProperty("format").GetString());
        var contract = schemas.GetProperty("Contract").GetProperty("properties");
        Assert.Equal("""{"type":["integer","null"]}""", Undescribed(contract.GetProperty("contractor_rmsp_amount")));
        Assert.Equal("""{"type":"string","format":"date"}""", Undescribed(contract.GetProperty("start_date")));
        Assert.Equal(
            """{"type":"integer"}""",
            Undescribed(schemas.GetProperty("Paging").GetProperty("properties").GetProperty("page_number")));
        Assert.Equal("""{"type":"object"}""", Undescribed(schemas.GetProperty("Nothing")));
    }

    [Fact(DisplayName = "Our own schema keyword is written as the extension x-dictionary, in its place among the other keywords")]
    public async Task DictionaryIsAnExtension()
    {
        var document = await Document();
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var method = schemas.GetProperty("CreateContractRequest").GetProperty("properties").GetProperty("nhs_payment_method");

        Assert.Equal("""{"type":["string","null"],"x-dictionary":"CONTRACT_PAYMENT_METHOD"}""", Undescribed(method));
        Assert.DoesNotContain("\"dictionary\":\"", JsonSerializer.Serialize(document), StringComparison.Ordinal);
    }

    private static string Undescribed(JsonElement schema)
    {
        var keywords = JsonObject.Create(schema)!;
        keywords.Remove("description");
        return keywords.ToJsonString();
    }

    public static TheoryData<string> Cards => [.. Methods.All.Select(card => card.Id)];

    private static MethodCard Card(string id) => Methods.All.Single(card => card.Id == id);

    private static bool Says(JsonElement value, Refusal refusal) => refusal.Message is null
        || value.GetProperty("error").GetProperty("message").GetString() == refusal.Message;

    private static List<JsonElement> Examples(JsonElement responses, int status) =>
        [.. responses.GetProperty(status.ToString(System.Globalization.CultureInfo.InvariantCulture)).GetProperty("content")
            .GetProperty("application/json")
            .GetProperty("examples").EnumerateObject().Select(example => example.Value)];

    private async Task<JsonElement> Document() => (await registry.Send("GET", "/openapi.json")).Succeeded().Json;

    private async Task<JsonElement> Operation(MethodCard card) =>
        (await Document()).GetProperty("paths").GetProperty(card.Path).GetProperty(card.Verb.ToLowerInvariant());
}
