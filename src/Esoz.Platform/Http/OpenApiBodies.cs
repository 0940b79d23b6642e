using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Platform.Schema;

namespace Esoz.Platform.Http;

/// <summary>
/// Schemas of bodies: the card's own JSON Schema in the form that generators of clients read. Its definitions become components, a type is
/// one type or null, our keyword is an extension, and a bound that no number of a client reaches is left out.
/// </summary>
/// <param name="schemas">Gets the components.</param>
internal sealed class OpenApiBodies(OpenApiSchemas schemas)
{
    /// <summary>Every whole number up to it is a number of JSON in every language.</summary>
    private const double MaxNumber = 1e15;

    private static readonly string[] Types = ["string", "boolean", "null", "number", "array", "object"];

    public JsonObject Of(JsonSchema body)
    {
        var document = JsonNode.Parse(body.Document.GetRawText())!.AsObject();
        var title = document["title"]!.GetValue<string>();
        var definitions = document["$defs"] as JsonObject;
        foreach (var keyword in new[] { "$schema", "$id", "$defs" })
            document.Remove(keyword);
        return Converted(document).AsObject();

        JsonNode Converted(JsonNode node) => node switch
        {
            JsonObject schema => ConvertedSchema(schema),
            JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Converted(item))]),
            _ => node.DeepClone(),
        };

        JsonObject ConvertedSchema(JsonObject schema)
        {
            if (schema["$ref"] is JsonValue reference)
                return Definition(reference.GetValue<string>());
            if (schema.ContainsKey("allOf"))
                return ConvertedSchema(Whole(schema));
            if (OtherThan(schema) is { } other)
                return other;
            if (IsNullOr(schema))
                return OpenApiSchemas.OrNull(ConvertedSchema(schema["then"]!.AsObject()));
            var shown = new JsonObject();
            foreach (var (keyword, value) in schema)
            {
                switch (keyword)
                {
                    case "properties":
                        shown[keyword] = new JsonObject(
                            value!.AsObject().Select(member => KeyValuePair.Create(member.Key, (JsonNode?)Converted(member.Value!))));
                        break;
                    case "const" or "enum":
                        shown[keyword] = value!.DeepClone();
                        break;
                    case "then":
                        shown[keyword] = ConvertedSchema(WithMembers(value!.AsObject(), schema));
                        break;
                    case "minimum" or "maximum" when Math.Abs(value!.GetValue<double>()) > MaxNumber:
                        break;
                    case SchemaVocabulary.Dictionary:
                        shown[$"x-{keyword}"] = value!.DeepClone();
                        break;
                    case "$comment":
                        shown["description"] = value!.DeepClone();
                        break;
                    default:
                        shown[keyword] = value is null ? null : Converted(value);
                        break;
                }
            }
            if (!shown.ContainsKey("type") && TypeOf(shown) is { } implied)
                shown.Insert(0, "type", implied);
            return OpenApiSchemas.WithNamesOfCodes(shown);
        }

        JsonObject Definition(string reference)
        {
            var definition = Find(reference);
            var (name, text) = (NameOf(reference.Split('/')[^1]), definition.ToJsonString());
            // A definition of the same name and another content belongs to this body alone.
            if (schemas.IsTaken(name) && !schemas.Has(name, text))
                name = title + name;
            return schemas.Component(name, text, () => ConvertedSchema(definition));
        }

        JsonObject Find(string reference)
        {
            const string Definitions = "#/$defs/";
            if (definitions is null || !reference.StartsWith(Definitions, StringComparison.Ordinal))
                throw new NotSupportedException($"OpenAPI: {title} refers to {reference}, not to a definition.");
            return definitions[reference[Definitions.Length..]]!.AsObject();
        }

        // A general schema and what is narrower here are one schema: generators make two classes of them.
        JsonObject Whole(JsonObject schema)
        {
            var whole = new JsonObject();
            Merge(schema, whole);
            return whole;
        }

        void Merge(JsonObject part, JsonObject whole)
        {
            if (part["$ref"] is JsonValue reference)
                Merge(Find(reference.GetValue<string>()), whole);
            foreach (var one in part["allOf"] as JsonArray ?? [])
                Merge(one!.AsObject(), whole);
            foreach (var (keyword, value) in part.Where(keyword => keyword.Key is not ("$ref" or "allOf")))
            {
                if (whole[keyword] is JsonObject known && value is JsonObject narrower)
                {
                    if (known.ContainsKey("$ref") || known.ContainsKey("allOf"))
                        whole[keyword] = known = Whole(known);
                    Merge(narrower, known);
                }
                else
                {
                    whole[keyword] = value?.DeepClone();
                }
            }
        }
    }

    /// <summary>Null, or a value of one type that fits a further schema.</summary>
    private static bool IsNullOr(JsonObject schema) =>
        schema["type"] is JsonArray types && types.Count == 2 && types[1]!.GetValue<string>() == "null"
        && schema["if"] is JsonObject { Count: 1 } condition && JsonNode.DeepEquals(condition["type"], types[0])
        && schema["then"] is not null;

    /// <summary>What is sent has names of its own: it has other rules than what is answered.</summary>
    private static string NameOf(string definition) =>
        string.Concat(definition.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])) + "Input";

    /// <summary>The type that the other keywords are about, for tools that make a class of a schema only when it is said.</summary>
    private static string? TypeOf(JsonObject schema) =>
        schema.ContainsKey("properties") ? "object"
        : schema.ContainsKey("items") ? "array"
        : (schema["const"] ?? schema["enum"]?[0])?.GetValueKind() == JsonValueKind.String ? "string"
        : null;

    /// <summary>
    /// A value of every type but one, such as no number: only that is said, because languages have no name for a union that is part of
    /// itself.
    /// </summary>
    private static JsonObject? OtherThan(JsonObject schema)
    {
        if (schema["type"] is not JsonArray { Count: > 2 } types)
            return null;
        var missing = Types.Except(types.Select(type => type!.GetValue<string>())).Single();
        return new()
        {
            ["description"] = schema["$comment"]?.DeepClone(),
            ["not"] = new JsonObject { ["type"] = missing },
        };
    }

    /// <summary>A condition that requires members has the schemas of all, because linters know no others there.</summary>
    private static JsonObject WithMembers(JsonObject condition, JsonObject schema)
    {
        var whole = condition.DeepClone().AsObject();
        if (whole.ContainsKey("required"))
            whole["properties"] ??= schema["properties"]?.DeepClone();
        return whole;
    }
}
