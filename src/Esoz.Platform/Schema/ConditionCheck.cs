using System.Text.Json;

namespace Esoz.Platform.Schema;

/// <summary>
/// The keywords <c>if</c> and <c>then</c>. Faults of the condition only decide whether <c>then</c> applies; they are not reported.
/// </summary>
internal sealed class ConditionCheck(Subschema condition, Subschema then) : Check
{
    public override IEnumerable<Subschema> OnSameValue => [condition, then];

    public override void Evaluate(JsonElement value, ref Faults faults)
    {
        var unreported = faults.Unreported();
        condition.Evaluate(value, ref unreported);
        if (unreported.Count == 0)
            then.Evaluate(value, ref faults);
    }
}
