using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Esoz.Platform.Json;

namespace Esoz.Platform.Http;

/// <summary>What the text of a query parameter may be: how it is read, its faults (platform §7.1), and how OpenAPI shows it.</summary>
public sealed class QueryType
{
    private readonly Func<string, object?> _parse;
    private readonly JsonObject _schema;
    private readonly Rule _mistyped;
    private readonly int? _min;
    private readonly int? _max;

    /// <param name="name">Name of the type in faults.</param>
    /// <param name="schema">JSON Schema of the value.</param>
    /// <param name="parse">The value; null when the text is not one.</param>
    /// <param name="mistyped">Which rule the text breaks then.</param>
    /// <param name="min">Least integer.</param>
    /// <param name="max">Greatest integer.</param>
    private QueryType(string name, JsonObject schema, Func<string, object?> parse, Rule? mistyped = null, int? min = null, int? max = null)
    {
        (Name, _schema, _parse, _mistyped, _min, _max) = (name, schema, parse, mistyped ?? Cast(name), min, max);
        // A name that is given twice has no text to read as a number.
        Unreadable = Cast(name == "integer" ? name : "string");
    }

    public static QueryType Text { get; } = new("string", new() { ["type"] = "string" }, text => text);

    public static QueryType Uuid { get; } = new("uuid", Formatted("uuid"), text => PathId.Parse(text).Value);

    /// <summary>Uuids separated by commas.</summary>
    public static QueryType Uuids { get; } = new("uuid", new() { ["type"] = "array", ["items"] = Formatted("uuid") }, ParseUuids);

    /// <summary>A day, <c>YYYY-MM-DD</c>.</summary>
    public static QueryType Date { get; } = new("date", Formatted("date"),
        text => Iso8601.TryParseDate(Encoding.UTF8.GetBytes(text), out var date) == Iso8601Verdict.Valid ? date : null);

    public static QueryType Flag { get; } = new("boolean", new() { ["type"] = "boolean" },
        text => text switch { "true" => true, "false" => false, _ => null });

    /// <summary>One of <paramref name="allowed"/>, in any case; spelled as it is allowed.</summary>
    public static QueryType OneOf(params IReadOnlyList<string> allowed) => new("string",
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. allowed.Select(value => JsonValue.Create(value))]) },
        text => allowed.FirstOrDefault(value => value.Equals(text, StringComparison.OrdinalIgnoreCase)),
        new("inclusion", "value is not allowed in enum", new Dictionary<string, IReadOnlyList<string>> { ["values"] = allowed }));

    /// <summary>An integer between two bounds; one without a maximum that is beyond the range is the largest of the range.</summary>
    public static QueryType Integer(int min, int? max = null)
    {
        var schema = new JsonObject { ["type"] = "integer", ["minimum"] = min };
        if (max < int.MaxValue)
            schema["maximum"] = max;
        return new("integer", schema, text => ParseInteger(text), null, min, max);
    }

    public string Name { get; }

    /// <summary>What is wrong with a parameter that has no readable text.</summary>
    internal Rule Unreadable { get; }

    internal JsonObject Schema => _schema.DeepClone().AsObject();

    /// <summary>The text is not of the type.</summary>
    internal static Rule Cast(string type) => new("cast", "is invalid", new[] { type });

    /// <summary>The value of a text, or the rule that it breaks.</summary>
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

    private static long? ParseInteger(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        if (digits.Length == 0 || digits.ContainsAnyExceptInRange('0', '9'))
            return null;
        // Digits beyond the range are still a number: below every minimum or above every maximum.
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
            : text[0] == '-' ? long.MinValue : long.MaxValue;
    }

    private static JsonObject Formatted(string format) => new() { ["type"] = "string", ["format"] = format };
}
