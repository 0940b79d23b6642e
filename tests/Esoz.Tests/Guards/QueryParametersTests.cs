using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Esoz.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Esoz.Tests.Guards;

/// <summary>A card declares exactly the query parameters that it reads: names, types and bounds, as OpenAPI shows them.</summary>
public sealed partial class QueryParametersTests(Registry registry) : IClassFixture<Registry>
{
    private const string Uuid = "5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c";

    [Fact(DisplayName = "A parameter that the card does not declare cannot be read")]
    public void Undeclared() =>
        Assert.Throws<InvalidOperationException>(
            () => new QueryReader(new QueryCollection(), PageRequest.Parameters).Read<string?>("name"));

    [Theory(DisplayName =
        "Every declared parameter is read: a repeated one is a fault, and the faults are in the order of the declaration")]
    [MemberData(nameof(Cards))]
    public async Task Read(string id)
    {
        var (card, credential) = (Card(id), await CredentialFor(Card(id)));
        var shown = await Shown(card);
        Assert.Equal(card.Query.Select(parameter => parameter.Name), shown.Keys);

        if (card.Family == Family.Mc)
        {
            // The refusal does not contain a list of faults.
            foreach (var (name, schema) in shown)
                Assert.Equal(400, (await Get(card, credential, (name, Right(schema)[0]), (name, Right(schema)[0]))).Status);
        }
        else
        {
            var twice = shown.SelectMany(parameter => Enumerable.Repeat((parameter.Key, Right(parameter.Value)[0]), 2)).ToArray();
            Assert.Equal(shown.Keys, Faulty(await Get(card, credential, twice)));
        }
    }

    [Theory(DisplayName = "Every declared type and bound is enforced: values within are accepted, others are faults")]
    [MemberData(nameof(Cards))]
    public async Task Types(string id)
    {
        var (card, credential) = (Card(id), await CredentialFor(Card(id)));
        foreach (var (name, schema) in await Shown(card))
        {
            foreach (var value in Right(schema))
            {
                // A list below an id that does not exist: the parameters were accepted before the record was looked for.
                var answer = await Get(card, credential, (name, value));
                Assert.True(
                    answer.Status is 200 or 503 || (answer.Status == 404 && card.Path.Contains('{', StringComparison.Ordinal)),
                    $"{card.Verb} {card.Path}?{name}={value}: {answer.Status} {answer.Text}");
            }
            foreach (var value in Wrong(schema))
            {
                var answer = await Get(card, credential, (name, value));
                Assert.True(card.Family == Family.Mc ? answer.Status == 400 : Faulty(answer).SequenceEqual([name]),
                    $"{card.Verb} {card.Path}?{name}={value}: {answer.Status} {answer.Text}");
            }
        }
    }

    public static TheoryData<string> Cards => [.. Methods.All.Where(card => card.Query.Count > 0).Select(card => card.Id)];

    private static MethodCard Card(string id) => Methods.All.Single(card => card.Id == id);

    private static string[] Right(JsonElement schema) => Type(schema) switch
    {
        "enum" => [.. schema.GetProperty("enum").EnumerateArray().Select(value => value.GetString()!.ToLowerInvariant())],
        "uuid" => [Uuid],
        "date" => ["2026-02-28"],
        "date-time" => ["2026-02-28T10:00:00", "2026-02-28T10:00:00+02:00"],
        "boolean" => ["true", "false"],
        "integer" => [.. Bounds(schema, 0), "25"],
        "array" => [Uuid, $"{Uuid},{Uuid}"],
        _ => ["17"],
    };

    private static string[] Wrong(JsonElement schema) => Type(schema) switch
    {
        "enum" => ["none of them"],
        "uuid" => ["17"],
        "date" => ["2026-02-30"],
        "date-time" => ["2026-02-30T10:00:00Z", "2026-02-28"],
        "boolean" => ["yes"],
        "integer" => [.. Bounds(schema, 1), "x"],
        "array" => [$"{Uuid},17"],
        _ => ["\0"],
    };

    private static string Type(JsonElement schema) => schema.TryGetProperty("enum", out _) ? "enum"
        : schema.TryGetProperty("format", out var format) ? format.GetString()!
        : schema.GetProperty("type").GetString()!;

    private static IEnumerable<string> Bounds(JsonElement schema, int beyond)
    {
        yield return (schema.GetProperty("minimum").GetInt32() - beyond).ToString(CultureInfo.InvariantCulture);
        if (schema.TryGetProperty("maximum", out var max))
            yield return (max.GetInt32() + beyond).ToString(CultureInfo.InvariantCulture);
    }

    private async Task<Dictionary<string, JsonElement>> Shown(MethodCard card) =>
        (await registry.Send("GET", "/openapi.json")).Json.GetProperty("paths").GetProperty(card.Path).GetProperty("get")
            .GetProperty("parameters").EnumerateArray()
            .Where(parameter => parameter.GetProperty("in").GetString() == "query")
            .ToDictionary(parameter => parameter.GetProperty("name").GetString()!, parameter => parameter.GetProperty("schema"));

    private async Task<Credential?> CredentialFor(MethodCard card) => card.Family switch
    {
        Family.IlMis or Family.Mc => await registry.Given.Token(await registry.Given.Provider(), string.Join(' ', card.Scopes)),
        Family.IlAdmin => await registry.Given.Nhs(string.Join(' ', card.Scopes)),
        Family.Events or Family.PisBulk => new(ApiKey: await registry.Given.ApiKey("PIS")),
        _ => null,
    };

    /// <summary>Fills the ids of the path in, and adds the parameters that a list, or another parameter, cannot be without.</summary>
    private Task<Answer> Get(MethodCard card, Credential? credential, params (string Name, string Value)[] query)
    {
        if (card.Family == Family.Mc && query[0].Name is not ("subject" or "focus"))
            query = [.. query, ("subject", Uuid)];
        if (query is [{ Name: "new_value" }])
            query = [.. query, ("attribute_name", "status")];
        var path = PathParameter().Replace(card.Path, Uuid);
        return registry.Send(
            "GET", $"{path}?{string.Join('&', query.Select(it => $"{it.Name}={Uri.EscapeDataString(it.Value)}"))}", credential);
    }

    private static IEnumerable<string> Faulty(Answer answer)
    {
        Assert.True(answer.Status == 422, $"{answer.Status} {answer.Text}");
        return answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray()
            .Select(fault => fault.GetProperty("entry").GetString()!);
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex PathParameter();
}
