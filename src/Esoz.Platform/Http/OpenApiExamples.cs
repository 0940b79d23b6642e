using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Esoz.Platform.Http;

/// <summary>
/// Examples of answers, made from their schemas, so that they always have the members that are served; the values are those of
/// <see cref="OpenApiParts.Values"/>, and otherwise follow from the type.
/// </summary>
/// <param name="components">Schemas of the document.</param>
internal sealed class OpenApiExamples(JsonObject components, OpenApiParts parts)
{
    private readonly HashSet<string> _open = [];

    /// <summary>The whole answer of a card.</summary>
    public JsonNode? Of(MethodCard card, JsonObject schema)
    {
        var answer = Of(schema, "", OpenApiOperation.Name(card));
        if (answer is JsonObject && answer["meta"] is JsonObject meta)
        {
            meta["code"] = card.Success;
            meta["url"] = OpenApiResponses.ExampleUrl(card);
            meta["type"] = answer["data"] is JsonArray ? "list" : "object";
        }
        return answer;
    }

    private JsonNode? Of(JsonObject schema, string member, string owner)
    {
        if (parts.Values.TryGetPropertyValue($"{owner}.{member}", out var own))
            return own?.DeepClone();
        if (schema["$ref"] is JsonValue reference)
        {
            var name = reference.GetValue<string>().Split('/')[^1];
            if (parts.Values[name] is { } whole)
                return whole.DeepClone();
            if (!_open.Add(name))
                return null;
            var made = Of(components[name]!.AsObject(), member, name);
            _open.Remove(name);
            return made;
        }
        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray alternatives)
            return Of(alternatives[0]!.AsObject(), member, owner);
        if (schema["type"] is JsonArray && parts.Values.TryGetPropertyValue(member, out var none) && none is null)
            return null;
        return TypeOf(schema) switch
        {
            "object" => new JsonObject(Members(schema, owner)),
            "array" => Of(schema["items"]!.AsObject(), member, owner) is { } item ? new JsonArray(item) : new JsonArray(),
            var type => schema["enum"]?[0]?.DeepClone() ?? Known(member, type) ?? Value(schema, type, member == "id" ? owner : member),
        };
    }

    private IEnumerable<KeyValuePair<string, JsonNode?>> Members(JsonObject schema, string owner)
    {
        // Of members that are named after a value of their object, e.g. the type of an employee, it has one.
        var chosen = parts.Values[$"{owner}.*"]?.GetValue<string>();
        // Of members that depend on a condition, it has those that the condition requires.
        var onCondition = schema["then"]?["required"] as JsonArray;
        var required = onCondition ?? schema["required"] as JsonArray ?? [];
        foreach (var (name, member) in schema["properties"] as JsonObject ?? [])
        {
            if ((chosen is null && onCondition is null) || name == chosen || required.Any(other => other!.GetValue<string>() == name))
                yield return new(name, Of(member!.AsObject(), name, owner));
        }
    }

    /// <summary>The value that members of this name have, when it is of the type.</summary>
    private JsonNode? Known(string member, string type) =>
        parts.Values[member] is { } value && KindOf(value) == type ? value.DeepClone() : null;

    private static string KindOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => value.ToJsonString().Contains('.', StringComparison.Ordinal) ? "number" : "integer",
        JsonValueKind.Array => "array",
        _ => "object",
    };

    private static string TypeOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray types => types[0]!.GetValue<string>(),
        { } type => type.GetValue<string>(),
        null => "object",
    };

    private static JsonNode Value(JsonObject schema, string type, string member) => type switch
    {
        "boolean" => true,
        "integer" => 1,
        "number" => 0.5,
        _ => schema["format"]?.GetValue<string>() switch
        {
            "uuid" => IdOf(member),
            "date" => "2026-03-02",
            "date-time" => "2026-03-02T08:15:30.123Z",
            _ => member,
        },
    };

    /// <summary>The same id for members of the same name; <c>id</c> itself is that of its component.</summary>
    private static string IdOf(string member)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(member))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D", CultureInfo.InvariantCulture);
    }
}
