using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Esoz.Platform.Schema;

/// <summary>
/// The faults found so far. A check adds its fault without a path, and each container prepends its own path step on return, so that a valid
/// body has no cost for paths.
/// </summary>
/// <param name="codes">Codes of the dictionaries that the schema refers to.</param>
internal struct Faults(IReadOnlyDictionary<string, FrozenSet<string>> codes)
{
    private List<SchemaFault>? _found;

    public readonly int Count => _found?.Count ?? 0;

    public readonly bool Full => Count >= JsonSchema.MaxFaults;

    /// <summary>An empty list with the same codes.</summary>
    public readonly Faults Unreported() => new(codes);

    public readonly FrozenSet<string> CodesOf(string dictionary) => codes.TryGetValue(dictionary, out var allowed) ? allowed
        : throw new InvalidOperationException($"The codes of {dictionary} were not given with the body");

    public void Add(string rule, string template, params ReadOnlySpan<(string Name, JsonNode? Value)> parameters)
    {
        if (Full)
            return;
        var description = template;
        var described = new JsonObject();
        foreach (var (name, value) in parameters)
        {
            description = description.Replace($"%{{{name}}}", value?.ToString(), StringComparison.Ordinal);
            described.Add(name, value);
        }

        (_found ??= []).Add(new SchemaFault("", rule, description, template, described));
    }

    public void AddMissing(string member)
    {
        var before = Count;
        Add("required", "required property %{property} was not present", ("property", member));
        Under(before, "." + member);
    }

    /// <summary>Adds a fault for a member that is not allowed; the caller prepends its path step.</summary>
    public void AddUnexpected(string member) =>
        Add("schema", "schema does not allow additional properties", ("properties", new JsonArray(member)));

    public void AddNotInEnum(params IEnumerable<JsonNode?> allowed) =>
        Add("inclusion", "value is not allowed in enum", ("values", new JsonArray([.. allowed])));

    /// <summary>Prepends a path step to every fault after the first <paramref name="before"/> ones.</summary>
    public readonly void Under(int before, string step)
    {
        for (var i = before; i < Count; i++)
            _found![i] = _found[i] with { Path = step + _found[i].Path };
    }

    public readonly IReadOnlyList<SchemaFault> Rooted()
    {
        Under(0, "$");
        return _found ?? (IReadOnlyList<SchemaFault>)[];
    }
}
