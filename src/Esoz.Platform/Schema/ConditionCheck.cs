using System.Text.Json;

namespace Esoz.Platform.Schema;

/// <summary>The keywords <c>if</c>, <c>then</c>, <c>else</c>. What the condition finds decides and is not reported.</summary>
internal sealed class ConditionCheck(Subschema condition, Subschema? then, Subschema? otherwise) : Check
{
    public override IEnumerable<Subschema> OnSameValue => new[] { condition, then, otherwise }.OfType<Subschema>();

    public override void Evaluate(JsonElement value, ref Faults faults)
    {
        var unreported = faults.Unreported();
        condition.Evaluate(value, ref unreported);
        (unreported.Count == 0 ? then : otherwise)?.Evaluate(value, ref faults);
    }
}
