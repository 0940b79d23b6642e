namespace Esoz.Platform.Schema;

/// <summary>The subschemas of a document by JSON pointer, and the references to them.</summary>
internal sealed class SchemaReferences
{
    private readonly Dictionary<string, Subschema> _byPointer = [];
    private readonly List<(SchemaKeyword Keyword, Subschema Owner, ReferenceCheck Check)> _references = [];

    public void Add(string pointer, Subschema schema) => _byPointer.Add(pointer, schema);

    /// <summary>Registers a <c>$ref</c>; the returned check works after <see cref="Resolve"/>.</summary>
    public ReferenceCheck Refer(SchemaKeyword keyword, Subschema owner)
    {
        var check = new ReferenceCheck();
        _references.Add((keyword, owner, check));
        return check;
    }

    /// <exception cref="SchemaException">A reference points outside the document or to no schema, or is circular.</exception>
    public void Resolve()
    {
        foreach (var (keyword, _, check) in _references)
            check.PointTo(Target(keyword));
        foreach (var (keyword, owner, _) in _references)
        {
            if (CanReach(owner, owner, []))
                throw keyword.Refused("leads back to itself without a step into the value");
        }
    }

    private Subschema Target(SchemaKeyword reference)
    {
        var target = reference.Text();
        return target.StartsWith('#') && _byPointer.TryGetValue(Uri.UnescapeDataString(target[1..]), out var schema)
            ? schema
            : throw reference.Refused("must point to a schema in this document (#/$defs/…)");
    }

    private static bool CanReach(Subschema from, Subschema target, HashSet<Subschema> seen) =>
        from.OnSameValue.Any(next => next == target || (seen.Add(next) && CanReach(next, target, seen)));
}
