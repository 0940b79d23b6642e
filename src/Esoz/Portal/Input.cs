using Esoz.Pages;
using System.Text.Json.Nodes;

namespace Esoz.Portal;

/// <summary>One value that a method takes.</summary>
/// <param name="In">path, query, header or body.</param>
/// <param name="Name">Name, of a member of the body its path, such as <c>addresses[].type</c>.</param>
/// <param name="Type">In the words of JSON Schema.</param>
/// <param name="Limits">What else must hold, such as <c>at most 255 characters</c>.</param>
/// <param name="Description">From the card; null = none.</param>
public sealed record Input(string In, string Name, string Type, bool IsRequired, IReadOnlyList<Words> Limits, string? Description)
{
    /// <summary>Deeper members are those of objects that have a page of their own, as it were.</summary>
    private const int MaxDepth = 7;

    private const string Header = "header";

    /// <param name="operation">OpenAPI operation.</param>
    /// <param name="components">Schemas of the document.</param>
    public static IReadOnlyList<Input> Of(JsonObject operation, JsonObject components)
    {
        var parameters = operation["parameters"]!.AsArray().Select(parameter => Parameter(parameter!.AsObject(), components)).ToList();
        return
        [
            .. parameters.Where(parameter => parameter.In != Header),
            .. operation["requestBody"]?["content"]?["application/json"]?["schema"] is JsonObject body
                ? Members(Resolved(body, components), "", components, 1) : [],
            .. parameters.Where(parameter => parameter.In == Header),
        ];
    }

    private static Input Parameter(JsonObject parameter, JsonObject components)
    {
        var schema = Resolved(parameter["schema"]!.AsObject(), components);
        var place = (string)parameter["in"]!;
        // The default of a header is what tools put in.
        return new(place, (string)parameter["name"]!, TypeOf(schema), (bool)parameter["required"]!, place == Header ? [] : LimitsOf(schema),
            ((string?)parameter["description"])?.Replace("`", "", StringComparison.Ordinal));
    }

    private static IEnumerable<Input> Members(JsonObject schema, string prefix, JsonObject components, int depth)
    {
        var required = (schema["required"] as JsonArray ?? []).Select(name => (string)name!).ToHashSet();
        foreach (var (name, node) in schema["properties"] as JsonObject ?? [])
        {
            var member = Resolved(node!.AsObject(), components);
            yield return new("body", prefix + name, TypeOf(member), required.Contains(name), LimitsOf(member), (string?)member["description"]);
            var inner = member["items"] is JsonObject items ? Resolved(items, components) : member;
            if (depth >= MaxDepth)
                continue;
            foreach (var below in Members(inner, $"{prefix}{name}{(ReferenceEquals(inner, member) ? "" : "[]")}.", components, depth + 1))
                yield return below;
        }
    }

    private static JsonObject Resolved(JsonObject schema, JsonObject components) => schema["$ref"] is JsonValue reference
        ? Resolved(components[((string)reference!).Split('/')[^1]]!.AsObject(), components)
        : schema;

    private static string TypeOf(JsonObject schema)
    {
        IEnumerable<string> types = schema["type"] switch
        {
            JsonArray several => several.Select(type => (string)type!),
            JsonValue one => [(string)one!],
            _ => schema["const"] is not null ? ["string"] : ["any"],
        };
        return string.Join(" | ", types.Select(type => type switch
        {
            "string" when (string?)schema["format"] is { } format => format,
            "array" when schema["items"] is JsonObject items && items["type"] is JsonValue item => $"{(string?)items["format"] ?? (string)item!}[]",
            _ => type,
        }));
    }

    private static List<Words> LimitsOf(JsonObject schema)
    {
        var limits = new List<Words>();
        if (schema["const"] is { } only)
            limits.Add(new($"лише {only}", $"only {only}"));
        if (schema["enum"] is JsonArray values)
            limits.Add(new(string.Join(", ", values), string.Join(", ", values)));
        if ((string?)schema["x-dictionary"] is { } dictionary)
            limits.Add(new($"довідник {dictionary}", $"dictionary {dictionary}"));
        Add("minLength", value => new($"щонайменше {value} символів", $"at least {value} characters"));
        Add("maxLength", value => new($"до {value} символів", $"at most {value} characters"));
        Add("minimum", value => new($"від {value}", $"from {value}"));
        Add("maximum", value => new($"до {value}", $"up to {value}"));
        Add("minItems", value => new($"щонайменше {value} елементів", $"at least {value} items"));
        Add("maxItems", value => new($"до {value} елементів", $"at most {value} items"));
        Add("default", value => new($"якщо немає: {value}", $"when absent: {value}"));
        Add("pattern", value => new($"за зразком {value}", $"matches {value}"));
        return limits;

        void Add(string keyword, Func<string, Words> words)
        {
            if (schema[keyword] is JsonValue value)
                limits.Add(words(value.ToString()));
        }
    }
}
