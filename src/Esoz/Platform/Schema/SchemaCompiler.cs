using System.Text.Json;

namespace Esoz.Platform.Schema;

/// <summary>
/// Turns the JSON of a schema into checks. Every keyword is either compiled, known to be a mere remark, or refused.
/// </summary>
internal sealed class SchemaCompiler(string name)
{
    private const string Draft = "https://json-schema.org/draft/2020-12/schema";

    private readonly Dictionary<string, Subschema> _byPointer = [];
    private readonly List<(SchemaKeyword Keyword, Subschema Owner, ReferenceCheck Check)> _references = [];

    /// <summary>Keywords that ask something of a body, or serve those that do.</summary>
    public static IReadOnlySet<string> Rules { get; } = new HashSet<string>
    {
        "type", "enum", "const",
        "minLength", "maxLength", "pattern", "format",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "minItems", "maxItems", "uniqueItems", "prefixItems", "items",
        "required", "properties", "additionalProperties",
        "$ref", "$defs", "$schema", "$id", "allOf", "if", "then", "else",
    };

    /// <summary>Keywords that only inform the reader of a schema.</summary>
    public static IReadOnlySet<string> Remarks { get; } = new HashSet<string> { "$comment", "title", "description", "default", "examples" };

    public Subschema Compile(JsonElement document)
    {
        var root = Compile(document, "");
        foreach (var (keyword, _, check) in _references)
            check.PointTo(Target(keyword));
        foreach (var (keyword, owner, _) in _references)
        {
            if (LeadsTo(owner, owner, []))
                throw keyword.Refused("leads back to itself without a step into the value");
        }

        return root;
    }

    private Subschema Compile(JsonElement json, string pointer)
    {
        var schema = json.ValueKind switch
        {
            JsonValueKind.False => Subschema.Nothing(),
            JsonValueKind.True or JsonValueKind.Object => new Subschema(),
            _ => throw new SchemaException(name, pointer, "", "must be an object or a boolean"),
        };
        _byPointer.Add(pointer, schema);
        if (json.ValueKind == JsonValueKind.Object)
            CompileKeywords(schema, json, pointer);
        return schema;
    }

    private void CompileKeywords(Subschema schema, JsonElement json, string pointer)
    {
        var keywords = json.EnumerateObject().ToDictionary(member => member.Name, member => new SchemaKeyword(name, pointer, member.Name, member.Value));
        foreach (var keyword in keywords.Values)
            RefuseUnlessUnderstood(keyword, keywords);

        if (keywords.TryGetValue("$defs", out var definitions))
            CompileMembers(definitions);

        var checks = new List<Check>();
        AddReference(checks, schema, keywords);
        AddScalarChecks(checks, keywords);
        AddArrayCheck(checks, keywords);
        AddObjectCheck(checks, keywords);
        if (keywords.TryGetValue("allOf", out var all))
            checks.AddRange(CompileList(all));
        if (keywords.TryGetValue("if", out var condition))
            checks.Add(new ConditionCheck(CompileOne(condition), Optional("then", keywords), Optional("else", keywords)));
        schema.Complete(keywords.TryGetValue("type", out var type) ? new TypeRule(Types(type)) : null, [.. checks]);
    }

    private static void RefuseUnlessUnderstood(SchemaKeyword keyword, Dictionary<string, SchemaKeyword> keywords)
    {
        if (!Rules.Contains(keyword.Keyword) && !Remarks.Contains(keyword.Keyword))
            throw keyword.Refused("is not supported");
        switch (keyword.Keyword)
        {
            case "$schema" when keyword.Text() != Draft:
                throw keyword.Refused($"must be {Draft}");
            case "$id" when keyword.Pointer.Length > 0:
                throw keyword.Refused("is supported at the root only");
            case "then" or "else" when !keywords.ContainsKey("if"):
                throw keyword.Refused("has no effect without 'if'");
        }
    }

    private void AddReference(List<Check> checks, Subschema owner, Dictionary<string, SchemaKeyword> keywords)
    {
        if (!keywords.TryGetValue("$ref", out var keyword))
            return;
        var check = new ReferenceCheck();
        _references.Add((keyword, owner, check));
        checks.Add(check);
    }

    private static void AddScalarChecks(List<Check> checks, Dictionary<string, SchemaKeyword> keywords)
    {
        if (keywords.TryGetValue("enum", out var allowed))
            checks.Add(new ValueCheck(allowed.List()));
        if (keywords.TryGetValue("const", out var only))
            checks.Add(new ValueCheck([only.Value]));
        if (keywords.ContainsKey("minLength") || keywords.ContainsKey("maxLength"))
            checks.Add(new LengthCheck(Count("minLength", 0, keywords), Count("maxLength", int.MaxValue, keywords)));
        if (keywords.TryGetValue("pattern", out var pattern))
            checks.Add(Pattern(pattern));
        if (keywords.TryGetValue("format", out var format))
            checks.Add(FormatCheck.Knows(format.Text()) ? new FormatCheck(format.Text()) : throw format.Refused($"'{format.Text()}' is not supported"));
        foreach (var bound in (string[])["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"])
        {
            if (keywords.TryGetValue(bound, out var keyword))
                checks.Add(new BoundCheck(bound, keyword.Number()));
        }
    }

    private void AddArrayCheck(List<Check> checks, Dictionary<string, SchemaKeyword> keywords)
    {
        if (!((string[])["minItems", "maxItems", "uniqueItems", "prefixItems", "items"]).Any(keywords.ContainsKey))
            return;
        checks.Add(new ArrayCheck(
            Count("minItems", 0, keywords),
            Count("maxItems", int.MaxValue, keywords),
            keywords.TryGetValue("uniqueItems", out var unique) && unique.Flag(),
            keywords.TryGetValue("prefixItems", out var prefix) ? CompileList(prefix) : [],
            Optional("items", keywords)));
    }

    private void AddObjectCheck(List<Check> checks, Dictionary<string, SchemaKeyword> keywords)
    {
        if (!((string[])["required", "properties", "additionalProperties"]).Any(keywords.ContainsKey))
            return;
        checks.Add(new ObjectCheck(
            keywords.TryGetValue("required", out var required) ? required.Names() : [],
            keywords.TryGetValue("properties", out var properties) ? CompileMembers(properties) : [],
            Optional("additionalProperties", keywords)));
    }

    private Subschema CompileOne(SchemaKeyword keyword) => Compile(keyword.Value, $"{keyword.Pointer}/{keyword.Keyword}");

    private Subschema? Optional(string keyword, Dictionary<string, SchemaKeyword> keywords) =>
        keywords.TryGetValue(keyword, out var found) ? CompileOne(found) : null;

    private Subschema[] CompileList(SchemaKeyword keyword) =>
        [.. keyword.List().Select((schema, index) => Compile(schema, $"{keyword.Pointer}/{keyword.Keyword}/{index}"))];

    private MemberSchema[] CompileMembers(SchemaKeyword keyword) =>
        [.. keyword.Members().Select(member => new MemberSchema(member.Name, Compile(member.Value, $"{keyword.Pointer}/{keyword.Keyword}/{Escaped(member.Name)}")))];

    private static int Count(string keyword, int absent, Dictionary<string, SchemaKeyword> keywords) =>
        keywords.TryGetValue(keyword, out var found) ? found.Count() : absent;

    private static PatternCheck Pattern(SchemaKeyword keyword)
    {
        try
        {
            return new PatternCheck(keyword.Text(), EcmaPattern.Compile(keyword.Text()));
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            throw keyword.Refused($"is not supported as written ({fault.Message})");
        }
    }

    private static JsonTypes Types(SchemaKeyword keyword)
    {
        var names = keyword.Value.ValueKind == JsonValueKind.Array ? keyword.Names() : [keyword.Text()];
        var types = names.Aggregate(JsonTypes.None, (types, name) => types | name switch
        {
            "object" => JsonTypes.Object,
            "array" => JsonTypes.Array,
            "string" => JsonTypes.String,
            "number" => JsonTypes.Number,
            "integer" => JsonTypes.Integer,
            "boolean" => JsonTypes.Boolean,
            "null" => JsonTypes.Null,
            _ => throw keyword.Refused($"'{name}' is not a type"),
        });
        return types == JsonTypes.None ? throw keyword.Refused("must name a type") : types;
    }

    private Subschema Target(SchemaKeyword reference)
    {
        var target = reference.Text();
        return target.StartsWith('#') && _byPointer.TryGetValue(Uri.UnescapeDataString(target[1..]), out var schema)
            ? schema
            : throw reference.Refused("must point to a schema in this document (#/$defs/…)");
    }

    private static bool LeadsTo(Subschema from, Subschema goal, HashSet<Subschema> seen) =>
        from.OnSameValue.Any(next => next == goal || (seen.Add(next) && LeadsTo(next, goal, seen)));

    private static string Escaped(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
