using System.Text.Json;

namespace Esoz.Platform.Schema;

/// <summary>The keyword <c>$ref</c>; its target is known after the whole schema is compiled.</summary>
internal sealed class ReferenceCheck : Check
{
    private Subschema? _target;

    public override IEnumerable<Subschema> OnSameValue => _target is null ? [] : [_target];

    public void PointTo(Subschema target) => _target = target;

    public override void Evaluate(JsonElement value, ref Faults faults) => _target!.Evaluate(value, ref faults);
}
