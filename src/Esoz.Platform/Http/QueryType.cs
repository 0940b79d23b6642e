using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Esoz.Platform.Json;

namespace Esoz.Platform.Http;

/// <summary>Type of a query parameter: how its text is parsed, its faults (platform §7.1), and its OpenAPI schema.</summary>
public sealed class QueryType
{
    private readonly Func<string, object?> _parse;
    private readonly JsonObject _schema;
    private readonly Rule _mistyped;
    private readonly int? _min;
    private readonly int? _max;

    /// <param name="name">Name of the type in faults.</param>
    /// <param name="schema">JSON Schema of the value.</param>
    /// <param name="parse">Parses the value; null when the text is not valid.</param>
    /// <param name="mistyped">The rule that invalid text breaks.</param>
    /// <param name="min">Minimum of an integer.</param>
    /// <param name="max">Maximum of an integer.</param>
    private QueryType(string name, JsonObject schema, Func<string, object?> parse, Rule? mistyped = null, int? min = null, int? max = null)
    {
        (Name, _schema, _parse, _mistyped, _min, _max) = (name, schema, parse, mistyped ?? Cast(name), min, max);
        // A parameter that is given twice has no single text to parse.
        Unreadable = Cast(name == "integer" ? name : "string");
    }

    public static QueryType Text { get; } = new("string", new() { ["type"] = "string" }, text => text);

    public static QueryType Uuid { get; } = new("uuid", Formatted("uuid"), text => PathId.Parse(text).Value);

    /// <summary>Comma-separated uuids.</summary>
    public static QueryType Uuids { get; } = new("uuid", new() { ["type"] = "array", ["items"] = Formatted("uuid") }, ParseUuids);

    /// <summary>A date, <c>YYYY-MM-DD</c>.</summary>
    public static QueryType Date { get; } = new("date", Formatted("date"),
        text => Iso8601.TryParseDate(Encoding.UTF8.GetBytes(text), out var date) == Iso8601Verdict.Valid ? date : null);

    /// <summary>A date-time, with or without a zone (platform §12); the value is UTC.</summary>
    public static QueryType DateTime { get; } = new("naive_datetime", Formatted("date-time"),
        text => Iso8601.TryParseDateTime(Encoding.UTF8.GetBytes(text), out var instant) == Iso8601Verdict.Valid ? instant : null);

    public static QueryType Flag { get; } = new("boolean", new() { ["type"] = "boolean" },
        text => text switch { "true" => true, "false" => false, _ => null });

    /// <summary>One of <paramref name="allowed"/>, case-insensitive; the value has the spelling of the list.</summary>
    public static QueryType OneOf(params IReadOnlyList<string> allowed) => new("string",
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. allowed.Select(value => JsonValue.Create(value))]) },
        text => allowed.FirstOrDefault(value => value.Equals(text, StringComparison.OrdinalIgnoreCase)),
        new("inclusion", "value is not allowed in enum", new Dictionary<string, IReadOnlyList<string>> { ["values"] = allowed }));

    /// <summary>An integer between two bounds; without a maximum, a value above the range of int becomes the largest int.</summary>
    public static QueryType Integer(int min, int? max = null)
    {
        var schema = new JsonObject { ["type"] = "integer", ["minimum"] = min };
        if (max < int.MaxValue)
            schema["maximum"] = max;
        return new("integer", schema, text => ParseInteger(text), null, min, max);
    }

    public string Name { get; }

    /// <summary>The rule that a parameter without readable text breaks.</summary>
    internal Rule Unreadable { get; }

    internal JsonObject Schema => _schema.DeepClone().AsObject();

    /// <summary>The rule that text of another type breaks.</summary>
    internal static Rule Cast(string type) => new("cast", "is invalid", new[] { type });

    /// <summary>The parsed value, or the rule that the text breaks.</summary>
    internal (object? Value, Rule? Broken) Read(string text) => _parse(text) switch
    {
        null => (null, _mistyped),
        long value when value < _min => (null, Bound("greater_than", "must be greater than", _min.Value - 1)),
        long value when value > _max => (null, Bound("less_than_or_equal_to", "must be less than or equal to", _max.Value)),
        long value => ((int)Math.Min(value, int.MaxValue), null),
        var value => (value, null),
    };

    private static Rule Bound(string name, string text, int bound) => new("number", $"{text} {bound}", new Dictionary<string, int>
    {
        [name] = bound,
    });

    private static Guid[]? ParseUuids(string text)
    {
        var ids = text.Split(',', StringSplitOptions.TrimEntries).Select(PathId.Parse).ToList();
        return ids.TrueForAll(id => id.Value is not null) ? ids.Select(id => id.Value!.Value).ToArray() : null;
    }

    /// <summary>Digits with an optional sign, as an integer cast of the platform reads them: +5 is 5 (pis-bulk §2).</summary>
    private static long? ParseInteger(string text)
    {
        var digits = text.AsSpan(text is ['-' or '+', ..] ? 1 : 0);
        if (digits.Length == 0 || digits.ContainsAnyExceptInRange('0', '9'))
            return null;
        // A number outside the range of long is still a number: below every minimum or above every maximum.
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
            : text[0] == '-' ? long.MinValue : long.MaxValue;
    }

    private static JsonObject Formatted(string format) => new() { ["type"] = "string", ["format"] = format };
}
