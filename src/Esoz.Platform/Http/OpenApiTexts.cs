using System.Text.Json.Nodes;

namespace Esoz.Platform.Http;

/// <summary>
/// Descriptions in both languages: the English of a card or schema, or of the file where it has none, then the Ukrainian in brackets.
/// </summary>
/// <param name="json">
/// <c>operations</c>: sentence in Ukrainian by operation; <c>parameters</c>, <c>members</c> and <c>components</c>: English, empty where the
/// card or schema has it, and Ukrainian, by name; of a member also by <c>Component.member</c>, which comes first.
/// </param>
internal sealed class OpenApiTexts(JsonObject json)
{
    /// <summary>Keywords whose schemas describe the same value or parts of it; a condition (<c>if</c>) describes nothing.</summary>
    private static readonly string[] Parts = ["items", "then", "additionalProperties"];

    private static readonly string[] Alternatives = ["oneOf", "anyOf"];

    /// <summary>What the operation does, in Ukrainian.</summary>
    public string? Operation(string id) => json["operations"]![id]?.GetValue<string>();

    /// <param name="own">Description of the card; null for a part of the path.</param>
    public string? Parameter(string name, string? own) => Both(own, Entry("parameters", name) ?? Entry("members", name));

    /// <summary>Describes components and their members.</summary>
    public void Describe(JsonObject components)
    {
        foreach (var (name, component) in components)
        {
            Set(component!.AsObject(), Entry("components", name));
            DescribeMembers(component, name);
        }
    }

    private void DescribeMembers(JsonNode? schema, string owner)
    {
        if (schema is not JsonObject keywords)
            return;
        foreach (var (name, member) in keywords["properties"] as JsonObject ?? [])
        {
            if (member is JsonObject described && !described.ContainsKey("$ref"))
                Set(described, Entry("members", $"{owner}.{name}") ?? Entry("members", name));
            DescribeMembers(member, owner);
        }
        foreach (var part in Parts)
            DescribeMembers(keywords[part], owner);
        foreach (var alternative in Alternatives.SelectMany(keyword => keywords[keyword] as JsonArray ?? []))
            DescribeMembers(alternative, owner);
    }

    private JsonArray? Entry(string kind, string name) => json[kind]![name] as JsonArray;

    private static void Set(JsonObject schema, JsonArray? entry)
    {
        if (Both(schema["description"]?.GetValue<string>(), entry) is { } text)
            schema["description"] = text;
    }

    private static string? Both(string? own, JsonArray? entry)
    {
        if (entry is null)
            return own;
        var english = own ?? entry[0]!.GetValue<string>();
        return $"{english.TrimEnd('.')} ({entry[1]!.GetValue<string>()}).";
    }
}
