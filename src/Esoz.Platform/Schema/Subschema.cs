using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Esoz.Platform.Schema;

/// <summary>A schema or a part of one. A value of the wrong type has only that fault, because its other rules do not apply.</summary>
internal sealed class Subschema : Check
{
    private TypeRule? _type;
    private Check[] _checks = [];

    /// <summary>True for the schema <c>false</c>.</summary>
    public bool RefusesAll { get; private init; }

    public bool DescribesObject => _type?.Only(JsonTypes.Object) == true;

    public override IEnumerable<Subschema> OnSameValue =>
        _checks.SelectMany(check => check is Subschema schema ? [schema] : check.OnSameValue);

    public static Subschema Nothing() => new() { RefusesAll = true };

    /// <summary>Sets the rules; the schema must exist before them because they may refer to it.</summary>
    public void Complete(TypeRule? type, Check[] checks) => (_type, _checks) = (type, checks);

    public override void Evaluate(JsonElement value, ref Faults faults)
    {
        // The body reader limits the depth of bodies; for a deeper one this throws, where a stack overflow would crash the server.
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (RefusesAll)
            faults.Add("schema", "schema does not allow any value");
        if (_type is null || _type.Admits(value, ref faults))
        {
            foreach (var check in _checks)
                check.Evaluate(value, ref faults);
        }
    }
}
