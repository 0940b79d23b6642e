using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Esoz.Platform.Schema;

namespace Esoz.Platform.Http;

/// <summary>
/// Schemas of the OpenAPI document. The request schema is the card's JSON Schema, in which only our own keyword is renamed to an
/// extension; the answer schema is derived from the answer type with the JSON options that also serialize it, inside the envelope of its
/// family (platform §4–§7).
/// </summary>
internal sealed class OpenApiSchemas
{
    private static readonly JsonSerializerOptions Il = new(IlDialect.Json) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
    private static readonly JsonSerializerOptions Mc = new(McDialect.Json) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private static readonly JsonSchemaExporterOptions Exactly = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = Written,
    };

    /// <summary><c>components.schemas</c>, to which the operations refer.</summary>
    public JsonObject Components { get; } = [];

    /// <summary>A content map with the only media type of the methods.</summary>
    public static JsonObject Json(JsonObject schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    public JsonObject Request(MethodCard card) => Component($"{card.Id}-request", name =>
    {
        var schema = JsonNode.Parse(card.Body!.Document.GetRawText())!.AsObject();
        schema.Remove("$schema");
        RenameOwnKeyword(schema);
        return Rerooted(schema, name);
    });

    public JsonObject Error(Family family)
    {
        if (family == Family.Mc)
            return Component("error-mc", _ => Fixed(McError));
        Component("meta", _ => Fixed(Meta));
        return Component("error-il", _ => Fixed(IlError));
    }

    public JsonObject Answer(MethodCard card)
    {
        var data = Component($"{card.Id}-data", name => card.Answer is null ? [] : Rerooted(Exported(card), name));
        var isList = Components[$"{card.Id}-data"]!["type"]?.ToJsonString() == "\"array\"";
        var envelope = card.Family == Family.Mc
            ? Fixed("""{ "type": "object", "required": ["data"] }""")
            : Fixed(IlEnvelope);
        envelope["properties"] ??= new JsonObject();
        envelope["properties"]!["data"] = data;
        if (isList && card.Query.Any(parameter => parameter.Name == "page"))
        {
            envelope["required"]!.AsArray().Add((JsonNode)"paging");
            envelope["properties"]!["paging"] = Component(
                "paging", name => Rerooted(Il.GetJsonSchemaAsNode(typeof(Paging), Exactly).AsObject(), name));
        }
        // A bulk method whose data is a stored file: there is no C# type for it.
        if (card is { Family: Family.PisBulk, Answer: null })
            envelope["properties"]!["meta"] = Component("meta-bulk", _ => Fixed(BulkMeta));
        else if (card.Family != Family.Mc)
            envelope["properties"]!["meta"] = Component("meta", _ => Fixed(Meta));
        return envelope;
    }

    private static JsonObject Exported(MethodCard card) =>
        (card.Family == Family.Mc ? Mc : Il).GetJsonSchemaAsNode(card.Answer!, Exactly) as JsonObject ?? [];

    /// <summary>Adds what the exporter cannot know: the output of our converters.</summary>
    private static JsonNode Written(JsonSchemaExporterContext context, JsonNode schema)
    {
        var notNull = Nullable.GetUnderlyingType(context.TypeInfo.Type);
        var type = notNull ?? context.TypeInfo.Type;
        if (type == typeof(DateTime))
            return new JsonObject { ["type"] = Named("string"), ["format"] = "date-time" };
        if (type == typeof(int))
            return new JsonObject { ["type"] = Named("integer") };
        return schema;

        JsonNode Named(string name) => notNull is null ? name : new JsonArray(name, "null");
    }

    private JsonObject Component(string name, Func<string, JsonObject> make)
    {
        if (!Components.ContainsKey(name))
            Components[name] = make(name);
        return new() { ["$ref"] = $"#/components/schemas/{name}" };
    }

    /// <summary>Renames our keyword to an <c>x-</c> extension, the only form in which OpenAPI tools accept an unknown keyword.</summary>
    private static void RenameOwnKeyword(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            // A property of this name has a schema as its value, the keyword has the name of a dictionary.
            if (members.IndexOf(SchemaVocabulary.Dictionary) is var at and >= 0 && members[at] is JsonValue name)
                members.SetAt(at, $"x-{SchemaVocabulary.Dictionary}", name.DeepClone());
            foreach (var (_, member) in members)
                RenameOwnKeyword(member);
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
                RenameOwnKeyword(item);
        }
    }

    /// <summary>Rewrites references to the schema's own root to its location in the document.</summary>
    private static JsonObject Rerooted(JsonObject schema, string name)
    {
        schema.Remove("$id");
        Reroot(schema);
        return schema;

        void Reroot(JsonNode? node)
        {
            if (node is JsonObject members)
            {
                if (members["$ref"] is JsonValue reference && reference.GetValue<string>() is ['#', .. var pointer])
                    members["$ref"] = $"#/components/schemas/{name}{pointer}";
                foreach (var (_, member) in members)
                    Reroot(member);
            }
            else if (node is JsonArray items)
            {
                foreach (var item in items)
                    Reroot(item);
            }
        }
    }

    private static JsonObject Fixed(string schema) => JsonNode.Parse(schema)!.AsObject();

    private const string IlEnvelope = """{ "type": "object", "required": ["meta", "data"] }""";

    private const string Meta = """
        {
          "type": "object",
          "required": ["code", "url", "type", "request_id"],
          "properties": {
            "code": { "type": "integer" },
            "url": { "type": "string", "format": "uri" },
            "type": { "enum": ["object", "list"] },
            "request_id": { "type": "string" }
          }
        }
        """;

    private const string BulkMeta = """
        {
          "type": "object",
          "required": ["code", "url", "type", "request_id", "date"],
          "properties": {
            "code": { "type": "integer" },
            "url": { "type": "string", "format": "uri" },
            "type": { "const": "list" },
            "request_id": { "type": "string" },
            "date": { "type": "string", "format": "date-time", "description": "Instant of the snapshot." }
          }
        }
        """;

    private const string IlError = """
        {
          "type": "object",
          "required": ["meta", "error"],
          "properties": {
            "meta": { "$ref": "#/components/schemas/meta" },
            "error": {
              "type": "object",
              "required": ["type", "message"],
              "properties": {
                "type": { "type": "string" },
                "message": { "type": "string" },
                "invalid": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["entry_type"],
                    "properties": {
                      "entry_type": { "enum": ["json_data_property", "query_parameter", "header", "request"] },
                      "entry": { "type": "string" },
                      "rules": {
                        "type": "array",
                        "items": {
                          "type": "object",
                          "required": ["rule"],
                          "properties": {
                            "rule": { "type": "string" },
                            "description": { "type": "string" },
                            "params": { "type": ["array", "object"] },
                            "raw_description": { "type": "string" }
                          }
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        }
        """;

    private const string McError = """
        {
          "type": "object",
          "required": ["error"],
          "properties": {
            "error": {
              "type": "object",
              "required": ["code", "name", "message"],
              "properties": {
                "code": { "type": "integer" },
                "name": { "type": "string" },
                "message": { "type": "string" }
              }
            }
          }
        }
        """;
}
