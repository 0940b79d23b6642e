using System.Text;
using System.Text.Json;

namespace Esoz.Platform.Schema;

/// <summary>A member listed in <c>properties</c>, with its name prepared for comparison.</summary>
internal sealed class MemberSchema(string name, Subschema schema)
{
    public string Name { get; } = name;

    public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(name);

    public Subschema Schema { get; } = schema;
}

/// <summary>
/// The keywords for objects: <c>required</c>, <c>properties</c>, <c>additionalProperties</c>. Order of faults: missing members in schema
/// order, members in schema order, unexpected members in body order (platform §7.1).
/// </summary>
internal sealed class ObjectCheck(string[] required, MemberSchema[] members, Subschema? others) : Check
{
    private readonly byte[][] _required = [.. required.Select(Encoding.UTF8.GetBytes)];

    public override void Evaluate(JsonElement value, ref Faults faults)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return;
        foreach (var name in _required)
        {
            if (!value.TryGetProperty(name, out _))
                faults.AddMissing(Encoding.UTF8.GetString(name));
        }

        var met = 0;
        foreach (var member in members)
        {
            if (value.TryGetProperty(member.Utf8Name, out var content))
            {
                met++;
                EvaluateMember(member.Name, content, member.Schema, ref faults);
            }
        }

        if (others is not null && met < value.GetPropertyCount())
            EvaluateOthers(value, others, ref faults);
    }

    private void EvaluateOthers(JsonElement value, Subschema schema, ref Faults faults)
    {
        foreach (var other in value.EnumerateObject())
        {
            if (faults.Full)
                return;
            if (!Knows(other))
                EvaluateMember(other.Name, other.Value, schema, ref faults);
        }
    }

    private bool Knows(JsonProperty other)
    {
        foreach (var member in members)
        {
            if (other.NameEquals(member.Utf8Name))
                return true;
        }

        return false;
    }

    private static void EvaluateMember(string name, JsonElement content, Subschema schema, ref Faults faults)
    {
        var before = faults.Count;
        if (schema.RefusesAll)
            faults.AddUnexpected(name);
        else
            schema.Evaluate(content, ref faults);
        if (faults.Count > before)
            faults.Under(before, "." + name);
    }
}
