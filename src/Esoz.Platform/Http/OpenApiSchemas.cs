using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Esoz.Platform.Http;

/// <summary>
/// <c>components.schemas</c>: one component for every type, body and envelope, under a name that generators of clients can use. A component
/// refers to other components only, never into one (platform §4–§7).
/// </summary>
internal sealed partial class OpenApiSchemas
{
    private readonly Dictionary<string, object> _sources = [];
    private readonly OpenApiParts _parts;
    private readonly OpenApiTypes _types;
    private readonly OpenApiBodies _bodies;

    public OpenApiSchemas(OpenApiParts parts)
    {
        _parts = parts;
        _types = new(this);
        _bodies = new(this);
    }

    public JsonObject Components { get; } = [];

    public JsonObject Request(MethodCard card) =>
        Component($"{OpenApiOperation.Name(card)}Request", card.Id, () => _bodies.Of(card.Body!));

    public JsonObject Error(Family family) => family == Family.Mc ? Named("McError") : Named("Error");

    /// <summary>The body of the success.</summary>
    public JsonObject Answer(MethodCard card)
    {
        return Component($"{OpenApiOperation.Name(card)}Answer", card.Id, () => Envelope(card));
    }

    /// <summary>The component of this name, made when it is first referred to.</summary>
    /// <param name="source">What the component describes; another source for the same name is a defect.</param>
    internal JsonObject Component(string name, object source, Func<JsonObject> make)
    {
        if (_sources.TryAdd(name, source))
        {
            // The place comes first: a component may refer to itself.
            Components[name] = null;
            Components[name] = make();
        }
        else if (!_sources[name].Equals(source))
        {
            throw new InvalidOperationException($"OpenAPI: two schemas are named {name}, {_sources[name]} and {source}.");
        }
        return new() { ["$ref"] = $"#/components/schemas/{name}" };
    }

    internal bool Has(string name, object source) => _sources.TryGetValue(name, out var known) && known.Equals(source);

    internal bool IsTaken(string name) => _sources.ContainsKey(name);

    /// <summary>Schema of stored JSON by the name of its member.</summary>
    internal JsonObject Stored(string? member)
    {
        var schema = member is not null && _parts.Members[member] is JsonObject known ? known.DeepClone().AsObject()
            : new JsonObject { ["description"] = "Any JSON value." };
        Use(schema);
        return schema;
    }

    /// <summary>Names of the members of stored JSON by the name of what holds them.</summary>
    internal IEnumerable<string> NamesOf(string member) => _parts.Names[member]!.AsArray().Select(name => name!.GetValue<string>());

    internal static JsonObject OrNull(JsonObject schema)
    {
        if (schema["type"] is JsonValue type)
        {
            schema["type"] = new JsonArray(type.DeepClone(), "null");
            return schema;
        }
        return schema.ContainsKey("$ref") ? new() { ["oneOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) } : schema;
    }

    /// <summary>Where two codes would have the same name in a language, they get names for generators of clients.</summary>
    internal static JsonObject WithNamesOfCodes(JsonObject schema)
    {
        if (schema["enum"] is not JsonArray codes || codes.Any(code => code?.GetValueKind() != JsonValueKind.String))
            return schema;
        var names = codes.Select(code => NoWord().Replace(code!.GetValue<string>(), "_")).ToList();
        if (names.Distinct().Count() < names.Count)
        {
            var distinct = names.Select((name, i) => names.IndexOf(name) == i ? name : $"{name}_{i}");
            schema["x-enumNames"] = new JsonArray([.. distinct.Select(name => JsonValue.Create(name))]);
        }
        return schema;
    }

    internal static JsonObject ListOf(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    private JsonObject Data(MethodCard card) => card.Records is { } records
        ? ListOf(Component($"{OpenApiOperation.Name(card)}Record", card.Id, () => OrRemoval(Record(records()), card.Removals?.Invoke())))
        : _types.Of(card.Answer!, card.Family == Family.Mc ? McDialect.Json : IlDialect.Json);

    /// <summary>
    /// A record, or what is answered in place of one: a single schema, because some generators have no class for a choice. What only a
    /// record has is required on condition.
    /// </summary>
    private static JsonObject OrRemoval(JsonObject record, JsonObject? removal)
    {
        if (removal is null)
            return record;
        var members = record["properties"]!.AsObject();
        var ofBoth = Names(removal).ToLookup(members.ContainsKey);
        var whole = new JsonObject
        {
            ["type"] = "object",
            ["required"] = List(ofBoth[true]),
            ["properties"] = members.DeepClone(),
            ["if"] = new JsonObject
            {
                ["not"] = Requires(ofBoth[false], removal),
            },
            ["then"] = Requires(Names(record), record),
        };
        foreach (var (name, schema) in removal["properties"]!.AsObject())
            whole["properties"]![name] ??= schema!.DeepClone();
        return whole;

        static IEnumerable<string> Names(JsonObject schema) => schema["required"]!.AsArray().Select(name => name!.GetValue<string>());
        static JsonArray List(IEnumerable<string> names) => new([.. names.Select(name => JsonValue.Create(name))]);
        // Linters know no members but those that stand beside.
        static JsonObject Requires(IEnumerable<string> names, JsonObject schema) => new()
        {
            ["required"] = List(names),
            ["properties"] = new JsonObject(
                names.Select(name => KeyValuePair.Create(name, schema["properties"]![name]?.DeepClone()))),
        };
    }

    /// <summary>Fills in what the schema of a record leaves open: stored JSON.</summary>
    private JsonObject Record(JsonObject schema)
    {
        var members = schema["properties"]!.AsObject();
        foreach (var name in members.Where(member => member.Value is JsonObject { Count: 0 }).Select(member => member.Key).ToList())
            members[name] = OrNull(Stored(name));
        return schema;
    }

    private JsonObject Envelope(MethodCard card)
    {
        var data = Data(card);
        var members = new JsonObject();
        if (card.Family != Family.Mc)
            members["meta"] = Named(card.Records is null ? "Meta" : "BulkMeta");
        members["data"] = data;
        if (IsPaged(card))
            members["paging"] = _types.Of(typeof(Paging), IlDialect.Json);
        if (card.Urgent is { } urgent)
            members["urgent"] = _types.Of(urgent, IlDialect.Json);
        return new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray([.. members.Select(member => JsonValue.Create(member.Key))]),
            ["properties"] = members,
        };
    }

    private static bool IsPaged(MethodCard card) => card.Query.Any(parameter => parameter.Name == "page");

    /// <summary>A component that is written as JSON: one of ours, or of the file.</summary>
    private JsonObject Named(string name) => Component(name, name, () =>
    {
        var component = Envelopes.TryGetValue(name, out var own) ? JsonNode.Parse(own)!.AsObject()
            : _parts.Components[name]!.DeepClone().AsObject();
        Use(component);
        return component;
    });

    /// <summary>Makes the components to which a schema refers.</summary>
    private void Use(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            if (members["$ref"] is JsonValue reference)
                Named(reference.GetValue<string>().Split('/')[^1]);
            foreach (var (_, member) in members)
                Use(member);
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
                Use(item);
        }
    }

    private const string MetaSchema = """
        {
          "type": "object",
          "required": ["code", "url", "type", "request_id"],
          "properties": {
            "code": { "type": "integer", "description": "The HTTP status." },
            "url": { "type": "string", "description": "The URL of the request." },
            "type": { "type": "string", "enum": ["object", "list"], "description": "What data is." },
            "request_id": { "type": "string", "description": "As in the header X-Request-ID." }
          }
        }
        """;

    private const string BulkMetaSchema = """
        {
          "type": "object",
          "required": ["code", "url", "type", "request_id", "date"],
          "properties": {
            "code": { "type": "integer", "description": "The HTTP status." },
            "url": { "type": "string", "description": "The URL of the request." },
            "type": { "type": "string", "enum": ["list"] },
            "request_id": { "type": "string", "description": "As in the header X-Request-ID." },
            "date": { "type": "string", "format": "date-time", "description": "Instant of the snapshot." }
          }
        }
        """;

    private const string ErrorSchema = """
        {
          "type": "object",
          "required": ["meta", "error"],
          "properties": {
            "meta": { "$ref": "#/components/schemas/Meta" },
            "error": {
              "type": "object",
              "required": ["type", "message"],
              "properties": {
                "type": { "type": "string", "description": "Kind of the refusal." },
                "message": { "type": "string", "description": "Literal text of the refusal." },
                "invalid": {
                  "type": "array",
                  "description": "What is wrong, when it is known.",
                  "items": { "$ref": "#/components/schemas/InvalidEntry" }
                }
              }
            }
          }
        }
        """;

    private const string InvalidEntrySchema = """
        {
          "type": "object",
          "required": ["entry_type"],
          "properties": {
            "entry_type": { "type": "string", "enum": ["json_data_property", "query_parameter", "header", "request"] },
            "entry": { "type": "string", "description": "Path in the body, or name of the parameter or header." },
            "rules": { "type": "array", "items": { "$ref": "#/components/schemas/BrokenRule" } }
          }
        }
        """;

    private const string BrokenRuleSchema = """
        {
          "type": "object",
          "required": ["rule"],
          "properties": {
            "rule": { "type": "string" },
            "description": { "type": "string" },
            "params": {
              "description": "Values of the rule.",
              "oneOf": [
                { "type": "object", "additionalProperties": {} },
                { "type": "array", "items": {} }
              ]
            },
            "raw_description": { "type": "string" }
          }
        }
        """;

    private const string McErrorSchema = """
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
                "message": { "type": "string", "description": "Literal text of the refusal." }
              }
            }
          }
        }
        """;

    private static readonly Dictionary<string, string> Envelopes = new()
    {
        ["Meta"] = MetaSchema,
        ["BulkMeta"] = BulkMetaSchema,
        ["Error"] = ErrorSchema,
        ["InvalidEntry"] = InvalidEntrySchema,
        ["BrokenRule"] = BrokenRuleSchema,
        ["McError"] = McErrorSchema,
    };

    [GeneratedRegex(@"\W")]
    private static partial Regex NoWord();
}
