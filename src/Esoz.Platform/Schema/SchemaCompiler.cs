using System.Text.Json;

namespace Esoz.Platform.Schema;

/// <summary>Compiles the JSON of a schema to a tree of checks.</summary>
internal sealed class SchemaCompiler(string name)
{
    private static readonly string[] OfArrays = ["minItems", "maxItems", "uniqueItems", "items"];
    private static readonly string[] OfObjects = ["required", "properties", "additionalProperties"];

    private readonly SchemaReferences _references = new();
    private readonly SortedSet<string> _dictionaries = new(StringComparer.Ordinal);

    /// <summary>Dictionaries referred to so far.</summary>
    public IReadOnlyList<string> Dictionaries => [.. _dictionaries];

    public Subschema Compile(JsonElement document)
    {
        var root = Compile(document, "");
        _references.Resolve();
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
        _references.Add(pointer, schema);
        if (json.ValueKind == JsonValueKind.Object)
            CompileKeywords(schema, json, pointer);
        return schema;
    }

    private void CompileKeywords(Subschema schema, JsonElement json, string pointer)
    {
        var keywords = json.EnumerateObject()
            .ToDictionary(member => member.Name, member => new SchemaKeyword(name, pointer, member.Name, member.Value));
        SchemaVocabulary.RefuseUnlessKnown(keywords);
        if (keywords.TryGetValue("$defs", out var definitions))
            CompileMembers(definitions);

        var checks = new List<Check>();
        if (keywords.TryGetValue("$ref", out var reference))
            checks.Add(_references.Refer(reference, schema));
        AddScalarChecks(checks, keywords);
        if (OfArrays.Any(keywords.ContainsKey))
            checks.Add(Array(keywords));
        if (OfObjects.Any(keywords.ContainsKey))
            checks.Add(Object(keywords));
        if (keywords.TryGetValue("allOf", out var all))
            checks.AddRange(CompileList(all));
        if (keywords.TryGetValue("if", out var condition))
            checks.Add(new ConditionCheck(CompileOne(condition), CompileOne(keywords["then"])));
        schema.Complete(keywords.TryGetValue("type", out var type) ? TypeRule.Of(type) : null, [.. checks]);
    }

    private void AddScalarChecks(List<Check> checks, Dictionary<string, SchemaKeyword> keywords)
    {
        if (keywords.TryGetValue("enum", out var allowed))
            checks.Add(new ValueCheck(allowed.List()));
        if (keywords.TryGetValue("const", out var only))
            checks.Add(new ValueCheck([only.Value]));
        if (keywords.TryGetValue(SchemaVocabulary.Dictionary, out var dictionary))
        {
            _dictionaries.Add(dictionary.Text());
            checks.Add(new CodeListCheck(dictionary.Text()));
        }
        if (keywords.ContainsKey("minLength") || keywords.ContainsKey("maxLength"))
            checks.Add(new LengthCheck(Count("minLength", 0, keywords), Count("maxLength", int.MaxValue, keywords)));
        if (keywords.TryGetValue("pattern", out var pattern))
            checks.Add(PatternCheck.Of(pattern));
        if (keywords.TryGetValue("format", out var format))
            checks.Add(FormatCheck.Of(format));
        if (keywords.TryGetValue("minimum", out var minimum))
            checks.Add(new BoundCheck(isMinimum: true, minimum.Number()));
        if (keywords.TryGetValue("maximum", out var maximum))
            checks.Add(new BoundCheck(isMinimum: false, maximum.Number()));
    }

    private ArrayCheck Array(Dictionary<string, SchemaKeyword> keywords) => new(
        Count("minItems", 0, keywords),
        Count("maxItems", int.MaxValue, keywords),
        keywords.TryGetValue("uniqueItems", out var unique) && unique.Flag(),
        Optional("items", keywords));

    private ObjectCheck Object(Dictionary<string, SchemaKeyword> keywords) => new(
        keywords.TryGetValue("required", out var required) ? required.Names() : [],
        keywords.TryGetValue("properties", out var properties) ? CompileMembers(properties) : [],
        Optional("additionalProperties", keywords));

    private Subschema CompileOne(SchemaKeyword keyword) => Compile(keyword.Value, $"{keyword.Pointer}/{keyword.Keyword}");

    private Subschema? Optional(string keyword, Dictionary<string, SchemaKeyword> keywords) =>
        keywords.TryGetValue(keyword, out var found) ? CompileOne(found) : null;

    private Subschema[] CompileList(SchemaKeyword keyword) =>
        [.. keyword.List().Select((schema, index) => Compile(schema, $"{keyword.Pointer}/{keyword.Keyword}/{index}"))];

    private MemberSchema[] CompileMembers(SchemaKeyword keyword) =>
        [.. keyword.Members().Select(
            member => new MemberSchema(member.Name, Compile(member.Value, $"{keyword.Pointer}/{keyword.Keyword}/{Escaped(member.Name)}")))];

    private static int Count(string keyword, int absent, Dictionary<string, SchemaKeyword> keywords) =>
        keywords.TryGetValue(keyword, out var found) ? found.Count() : absent;

    private static string Escaped(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
