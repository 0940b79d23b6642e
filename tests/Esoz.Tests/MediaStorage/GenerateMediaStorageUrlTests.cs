using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Esoz.Tests.MediaStorage;

/// <summary>Private. Generate media storage links (media-storage §1).</summary>
public sealed partial class GenerateMediaStorageUrlTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contracts/media_storage/generate_url";
    private const string Resource = "c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f";

    private Given Given => registry.Given;

    [Theory(DisplayName = "Answers a link, and nothing but the link")]
    [InlineData("PUT", "signed_contract", "signed_contract")]
    [InlineData("GET", "Договір 2026.p7s", "%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D1%96%D1%80%202026.p7s")]
    [InlineData("GET", "%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D1%96%D1%80%202026.p7s", "%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D1%96%D1%80%202026.p7s")]
    [InlineData("PUT", "a+b.pdf", "a%2Bb.pdf")]
    [InlineData("PUT", "50%25.pdf", "50%25.pdf")]
    [InlineData("PUT", "100% готово.pdf", "100%25%20%D0%B3%D0%BE%D1%82%D0%BE%D0%B2%D0%BE.pdf")]
    public async Task Answers(string action, string sent, string inLink)
    {
        var before = registry.Clock.GetUtcNow().ToUnixTimeSeconds();

        var answer = (await Generate(Body(action, Resource.ToUpperInvariant(), sent))).Succeeded();

        Assert.Equal(["meta", "data"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal($"{registry.Url}api/admin/contracts/media_storage/generate_url", answer.Json.GetProperty("meta").GetProperty("url")
            .GetString());
        var only = Assert.Single(answer.Data.EnumerateObject());
        Assert.Equal("url", only.Name);
        var link = Link().Match(only.Value.GetString()!);
        Assert.True(link.Success, only.Value.GetString());
        Assert.Equal($"{registry.Url}media/ambulatory_contracts-dev/{Resource}/{inLink}", link.Groups["address"].Value);
        Assert.InRange(long.Parse(link.Groups["expires"].Value), before + 600, registry.Clock.GetUtcNow().ToUnixTimeSeconds() + 600);
    }

    [Fact(DisplayName = "One line is logged with client, user, action, bucket, resource and expiry, never the name, the link or its signature")]
    public async Task Logs()
    {
        var client = Guid.NewGuid();
        var user = Guid.NewGuid();
        await Given.Client(client, "NHS");
        var credential = (await Given.Token(client, "private_contracts:write", user)) with { ApiKey = await Given.ApiKey("NHS") };

        var url = (await registry.Send("POST", Path, credential, Body("PUT", Resource, "лог.p7s"))).Succeeded().Data.GetProperty("url")
            .GetString()!;

        var link = Link().Match(url);
        var line = Assert.Single(registry.Log.Lines, line => line.Contains($"{client}", StringComparison.Ordinal));
        Assert.Contains(
            $"client {client}, user {user}, action PUT, bucket ambulatory_contracts-dev, resource {Resource}, expires {link.Groups["expires"].Value}", line, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Log.Lines, line => line.Contains("лог", StringComparison.Ordinal)
            || line.Contains("%D0%BB%D0%BE%D0%B3", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(registry.Log.Lines, line => line.Contains(link.Groups["signature"].Value, StringComparison.Ordinal));
    }

    [Fact(DisplayName =
        "Schema faults of all fields are reported at once, missing ones first, unexpected ones last, before any check of the name")]
    public async Task SchemaFaults()
    {
        var faults = Faults(await Generate("""{"resource_id":"c4f1e2d3","resource_name":17,"expires_in":5}"""));

        Assert.Equal(["$.action required", "$.resource_id format", "$.resource_name cast", "$.expires_in schema"], faults);
    }

    [Theory(DisplayName = "Schema fault; the name breaks check 10 as well")]
    [InlineData("action", null, "$.action required")]
    [InlineData("resource_id", null, "$.resource_id required")]
    [InlineData("action", "true", "$.action cast")]
    [InlineData("action", "null", "$.action cast")]
    [InlineData("action", "\"put\"", "$.action inclusion")]
    [InlineData("action", "\"HEAD\"", "$.action inclusion")]
    [InlineData("action", "\"DELETE\"", "$.action inclusion")]
    [InlineData("resource_id", "{}", "$.resource_id cast")]
    [InlineData("resource_id", "\"\"", "$.resource_id format")]
    [InlineData("resource_id", "\"{c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f}\"", "$.resource_id format")]
    [InlineData("resource_name", null, "$.resource_name required")]
    [InlineData("resource_name", "[]", "$.resource_name cast")]
    [InlineData("bucket", "\"x\"", "$.bucket schema")]
    public async Task SchemaFault(string member, string? value, string fault)
    {
        var body = JsonNode.Parse(Body("PUT", Resource, ".."))!.AsObject();
        body.Remove(member);
        if (value is not null)
            body[member] = JsonNode.Parse(value);

        Assert.Equal([fault], Faults(await Generate(body.ToJsonString())));
    }

    [Fact(DisplayName = "The allowed actions and the pattern of the id are named")]
    public async Task SchemaParameters()
    {
        var invalid = (await Generate(Body("get", "x", "x"))).Json.GetProperty("error").GetProperty("invalid");

        Assert.Equal("""{"values":["PUT","GET"]}""", invalid[0].GetProperty("rules")[0].GetProperty("params").GetRawText());
        Assert.Equal("^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
            invalid[1].GetProperty("rules")[0].GetProperty("params").GetProperty("pattern").GetString());
    }

    /// <summary>Order of media-storage §1.2, checks 7–10: each name also breaks the later ones that it can.</summary>
    public static TheoryData<string, string, string, string, string> Validations => new()
    {
        // check, name, rule, description, params
        { "7", "%FF/..", "invalid", "resource_name is not a valid percent-encoded name", "[]" },
        { "7, far too long", string.Concat(Enumerable.Repeat("%FF", 300)), "invalid",
            "resource_name is not a valid percent-encoded name", "[]" },
        { "8", "", "length", "expected value to have a minimum length of 1 but was 0", """{"min":1,"actual":0}""" },
        { "9", new string('ї', 128) + "/", "length", "expected value to have a maximum length of 255 but was 257",
            """{"max":255,"actual":257}""" },
        { "10, dots", "%2E%2e", "invalid", "resource_name contains forbidden characters", "[]" },
        { "10, slash", "..%2Fx", "invalid", "resource_name contains forbidden characters", "[]" },
        { "10, backslash", "a\\b", "invalid", "resource_name contains forbidden characters", "[]" },
        { "10, control character", "a%0Ab", "invalid", "resource_name contains forbidden characters", "[]" },
        { "10, C1 control character", "a\u0085b", "invalid", "resource_name contains forbidden characters", "[]" },
    };

    [Theory(DisplayName = "Check")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string check, string name, string rule, string description, string parameters)
    {
        var answer = await Generate(Body("PUT", Resource, name));

        answer.IsIlBusinessFault("$.resource_name", description);
        var broken = answer.Json.GetProperty("error").GetProperty("invalid")[0].GetProperty("rules")[0];
        Assert.True((rule, parameters) == (broken.GetProperty("rule").GetString(), broken.GetProperty("params").GetRawText()), check);
    }

    [Fact(DisplayName = "Key before token before scope before body")]
    public async Task Credentials()
    {
        var nhs = await Given.Nhs();

        (await registry.Send("POST", Path, body: "{")).IsIlRefusal(401, "access_denied", "Api key is not set");
        (await registry.Send("POST", Path, new(ApiKey: "wrong"), "{")).IsIlRefusal(401, "access_denied", "Invalid api key");
        (await registry.Send("POST", Path, new(ApiKey: nhs.ApiKey), "{"))
            .IsIlRefusal(401, "access_denied", "Authorization header is not set or doesn't contain Bearer token");
        (await registry.Send("POST", Path, nhs with { Token = "wrong" }, "{")).IsIlRefusal(401, "access_denied", "Invalid access token");
        (await registry.Send("POST", Path, await Given.Nhs("private_contracts:read"), "{")).IsIlRefusal(403, "forbidden",
            "Your scope does not allow to access this resource. Missing allowances: private_contracts:write");
        Assert.Equal(400, (await registry.Send("POST", Path, nhs, "{")).Status);
    }

    private static List<string> Faults(Answer answer)
    {
        Assert.True(answer.Status == 422, answer.Text);
        Assert.Equal(Answer.ValidationFailed, answer.Json.GetProperty("error").GetProperty("message").GetString());
        return [.. answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray()
            .Select(invalid =>
                $"{invalid.GetProperty("entry").GetString()} {Assert.Single(invalid.GetProperty("rules").EnumerateArray()).GetProperty("rule").GetString()}")];
    }

    private async Task<Answer> Generate(string body) => await registry.Send("POST", Path, await Given.Nhs(), body);

    private static string Body(string action, string id, string name) => JsonSerializer.Serialize(new
    {
        action,
        resource_id = id,
        resource_name = name,
    });

    [GeneratedRegex(@"^(?<address>[^?]+)\?X-Expires=(?<expires>\d+)&X-Signature=(?<signature>[0-9a-f]{64})$")]
    private static partial Regex Link();
}
