using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Esoz.Platform.Http;

/// <summary>
/// The OpenAPI responses of one card: its success, and for every refusal status one example per message. The dialect writes the examples
/// from the same refusals that the gateway and the card return.
/// </summary>
internal static partial class OpenApiResponses
{
    private const string ExampleId = "2c9e2f0b-6a35-4f0d-9a1f-5b8d7e4c1a60";
    private const string ExampleRequestId = "0a6c2f1e-5d0b-4c7e-9a53-1b8f0a7d3c11#84";

    internal const string Json = "application/json";
    private const string Lines = "application/x-ndjson";
    private const string Octets = "application/octet-stream";

    public static JsonObject Of(MethodCard card, OpenApiSchemas schemas, OpenApiParts parts)
    {
        var responses = new JsonObject { [Key(card.Success)] = Success(card, schemas, parts) };
        if (card.Records is not null)
        {
            responses[Key(StatusCodes.Status206PartialContent)] = Part();
            responses[Key(StatusCodes.Status304NotModified)] = new JsonObject
            {
                ["description"] = "The snapshot is the one that If-None-Match or If-Modified-Since names; no body.",
                ["headers"] = SnapshotHeaders(StatusCodes.Status304NotModified),
            };
        }
        var dialect = Dialect.For(card.Family);
        foreach (var (name, rule, refusal) in Refusals(card))
        {
            var key = Key(dialect.Status(refusal));
            if (responses[key] is not JsonObject response)
                responses[key] = response = Refused(dialect.Status(refusal), schemas.Error(card.Family));
            var examples = (JsonObject)response["content"]![Json]!["examples"]!;
            var places = Enumerable.Range(1, examples.Count + 1).Select(n => n == 1 ? name : $"{name}-{n}");
            examples[places.First(place => !examples.ContainsKey(place))] = new JsonObject
            {
                ["summary"] = rule,
                ["value"] = Example(dialect, card, refusal)
            };
        }
        return responses;
    }

    /// <summary>All refusals that a call can get, in the order of the checks.</summary>
    internal static IEnumerable<(string Name, string Rule, Refusal Refusal)> Refusals(MethodCard card)
    {
        foreach (var check in Gateway.ChecksOf(card))
            yield return ($"gateway-{check.Number}", check.Rule, check.Refusal);
        if (card.Body is { } schema
            && (Body.Against(schema, JsonElement.Parse("{}"), card.Family) ?? Body.Against(schema, JsonElement.Parse("[]"), card.Family))
                is { } faults)
            yield return (Body.FitsSchema.Number, Body.FitsSchema.Rule, faults);
        if (card.Query.FirstOrDefault(parameter => parameter.Type.Name != QueryType.Text.Name) is { } typed)
        {
            var wrong = Invalid.Query(typed.Name, QueryType.Cast(typed.Type.Name));
            yield return (QueryReader.HasTypes.Number, QueryReader.HasTypes.Rule, Refusal.Unprocessable(wrong));
        }
        foreach (var check in card.Validations)
            yield return ($"validation-{check.Number}", check.Rule, check.Refusal);
        yield return ("fault", "nothing unexpected happens", UnhandledFaults.Unexpected);
        yield return ("unavailable", "the database answers", UnhandledFaults.Unavailable);
        yield return ("locked", "no other request holds a lock for long", UnhandledFaults.Locked);
    }

    /// <summary>URL of a request to the card.</summary>
    internal static string ExampleUrl(MethodCard card) => $"https://api.example.ua{PlaceInPath().Replace(card.Path, ExampleId)}";

    private static JsonObject Success(MethodCard card, OpenApiSchemas schemas, OpenApiParts parts)
    {
        var schema = schemas.Answer(card);
        var content = new JsonObject
        {
            [Json] = new JsonObject { ["schema"] = schema, ["example"] = new OpenApiExamples(schemas.Components, parts).Of(card, schema) },
        };
        if (card.Records is null)
        {
            return new()
            {
                ["description"] = card.Success == StatusCodes.Status201Created ? "Created" : "Done",
                ["headers"] = Headers(card.Success),
                ["content"] = content,
            };
        }
        content[Lines] = Text("The records alone, one per line; a broken download can be continued (Range).");
        content[Octets] = Binary("The JSON answer under this media type.");
        return new()
        {
            ["description"] = "The snapshot in service: JSON unless Accept prefers another media type; compressed when gzip is accepted.",
            ["headers"] = SnapshotHeaders(card.Success),
            ["content"] = content,
        };
    }

    private static JsonObject Part() => new()
    {
        ["description"] = "The requested range of the records as NDJSON.",
        ["headers"] = SnapshotHeaders(StatusCodes.Status206PartialContent),
        ["content"] = new JsonObject { [Lines] = Text("Bytes of the requested range.") },
    };

    private static JsonObject Text(string description) =>
        new() { ["schema"] = new JsonObject { ["type"] = "string", ["description"] = description } };

    private static JsonObject Binary(string description)
    {
        var content = Text(description);
        content["schema"]!["format"] = "binary";
        return content;
    }

    private static JsonObject SnapshotHeaders(int status)
    {
        var headers = Headers(status);
        headers["X-Snapshot-Date"] = Header("string", "Instant of the snapshot.");
        headers["Last-Modified"] = Header("string", "The same in the form of HTTP.");
        headers["ETag"] = Header("string", "For If-None-Match; strong for NDJSON, weak otherwise.");
        headers["Accept-Ranges"] = Header("string", "bytes for NDJSON, otherwise none.");
        if (status != StatusCodes.Status304NotModified)
            headers["Repr-Digest"] = Header("string", "SHA-256 of the representation, only for NDJSON.");
        if (status == StatusCodes.Status206PartialContent)
            headers["Content-Range"] = Header("string", "Which bytes of how many.");
        return headers;
    }

    private static JsonObject Refused(int status, JsonObject schema) => new()
    {
        ["description"] = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
        ["headers"] = Headers(status),
        ["content"] = new JsonObject { [Json] = new JsonObject { ["schema"] = schema, ["examples"] = new JsonObject() } },
    };

    private static JsonObject Headers(int status)
    {
        var headers = new JsonObject { [RequestId.Header] = Header("string", "Id of the request.") };
        if (status == StatusCodes.Status401Unauthorized)
            headers["WWW-Authenticate"] = Header("string", "Which credential is at fault: Bearer or ApiKey.");
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            headers["Retry-After"] = Header("integer", "Seconds to wait.");
        return headers;
    }

    private static JsonObject Header(string type, string description) =>
        new() { ["description"] = description, ["schema"] = new JsonObject { ["type"] = type } };

    internal static JsonNode Example(Dialect dialect, MethodCard card, Refusal refusal)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
            dialect.WriteError(json, refusal, ExampleUrl(card), ExampleRequestId);
        return JsonNode.Parse(bytes.WrittenSpan)!;
    }

    private static string Key(int status) => status.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex PlaceInPath();
}
