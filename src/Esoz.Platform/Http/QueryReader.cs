using System.Globalization;
using System.Text;
using Esoz.Platform.Json;
using Esoz.Platform.Schema;

namespace Esoz.Platform.Http;

/// <summary>
/// Reads query parameters and gathers their faults (platform §7.1, table of query parameters). An empty value counts as absent
/// unless the page says otherwise; a name given twice is a fault; unknown names are ignored.
/// </summary>
public sealed class QueryReader(IQueryCollection query)
{
    private readonly List<Invalid> _faults = [];

    public static ValueTask<QueryReader?> BindAsync(HttpContext context) => new(new QueryReader(context.Request.Query));

    /// <summary>422 with every fault found so far; null when there is none.</summary>
    public Refusal? Refusal => _faults.Count == 0 ? null : Platform.Refusal.Unprocessable(_faults);

    public bool Has(string name) => query.TryGetValue(name, out var values) && values is not [""] and not [null];

    /// <summary>An integer from 1 on; below 1 and non-integers are faults.</summary>
    public int? PositiveInteger(string name, bool emptyIsAbsent = true, int? largest = null)
    {
        if (!query.TryGetValue(name, out var values) || (emptyIsAbsent && !Has(name)))
            return null;
        if (values is not [{ } text] || !IsInteger(text))
        {
            _faults.Add(WrongType(name, "integer"));
            return null;
        }
        // Digits beyond the integer range are still a number: below 1 or above any maximum.
        var value = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed
            : text[0] == '-' ? int.MinValue : int.MaxValue;
        if (value < 1)
            return Fault(name, new Rule("number", "must be greater than 0", new Dictionary<string, int> { ["greater_than"] = 0 }));
        if (value > largest)
            return Fault(name, new Rule("number", $"must be less than or equal to {largest}", new Dictionary<string, int?> { ["less_than_or_equal_to"] = largest }));
        return value;
    }

    /// <summary>An integer between two bounds.</summary>
    public int? Integer(string name, int smallest, int largest)
    {
        if (Single(name) is not { } text)
            return null;
        if (!IsInteger(text))
            return Mistyped<int>(name, "integer");
        var value = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : text[0] == '-' ? long.MinValue : long.MaxValue;
        if (value < smallest)
            return Fault(name, new Rule("number", $"must be greater than {smallest - 1}", new Dictionary<string, int> { ["greater_than"] = smallest - 1 }));
        if (value > largest)
            return Fault(name, new Rule("number", $"must be less than or equal to {largest}", new Dictionary<string, int> { ["less_than_or_equal_to"] = largest }));
        return (int)value;
    }

    public Guid? Uuid(string name) => Single(name) is not { } text ? null
        : PathId.Parse(text).Value is { } id ? id : Mistyped<Guid>(name, "uuid");

    /// <summary>Uuids separated by commas.</summary>
    public Guid[]? Uuids(string name)
    {
        if (Single(name) is not { } text)
            return null;
        var ids = text.Split(',', StringSplitOptions.TrimEntries).Select(PathId.Parse).ToList();
        if (ids.TrueForAll(id => id.Value is not null))
            return [.. ids.Select(id => id.Value!.Value)];
        _faults.Add(WrongType(name, "uuid"));
        return null;
    }

    /// <summary>A day, <c>YYYY-MM-DD</c>.</summary>
    public DateOnly? Date(string name) => Single(name) is not { } text ? null
        : Iso8601.TryParseDate(Encoding.UTF8.GetBytes(text), out var date) == Iso8601Verdict.Valid ? date : Mistyped<DateOnly>(name, "date");

    public bool? Flag(string name) => Single(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => Mistyped<bool>(name, "boolean"),
    };

    /// <summary>One of <paramref name="allowed"/>, in any case; spelled as it is allowed.</summary>
    public string? OneOf(string name, params IReadOnlyList<string> allowed)
    {
        if (Single(name) is not { } text)
            return null;
        if (allowed.FirstOrDefault(value => value.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known)
            return known;
        _faults.Add(Invalid.Query(name, new Rule("inclusion", "value is not allowed in enum", new Dictionary<string, IReadOnlyList<string>> { ["values"] = allowed })));
        return null;
    }

    public string? Text(string name) => Single(name);

    /// <summary>The value is no <paramref name="type"/>: integer, uuid, boolean or date.</summary>
    public static Invalid WrongType(string name, string type) => Invalid.Query(name, new Rule("cast", "is invalid", new[] { type }));

    /// <summary>The one value of the parameter; null when it is absent, or given twice, which is a fault.</summary>
    private string? Single(string name)
    {
        if (!Has(name))
            return null;
        // Text that PostgreSQL cannot store is equal to nothing that is stored.
        if (query[name] is [{ } text] && !text.Contains('\0', StringComparison.Ordinal))
            return text;
        _faults.Add(WrongType(name, "string"));
        return null;
    }

    private T? Mistyped<T>(string name, string type) where T : struct
    {
        _faults.Add(WrongType(name, type));
        return null;
    }

    private static bool IsInteger(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9');
    }

    private int? Fault(string name, Rule rule)
    {
        _faults.Add(Invalid.Query(name, rule));
        return null;
    }
}
