using System.Text.Json;

namespace Esoz.Platform.Schema;

/// <summary>One compiled rule. Like its keyword, it accepts every value of a type to which it does not apply.</summary>
internal abstract class Check
{
    /// <summary>Schemas that this rule applies to the same value; a cycle through them would never end.</summary>
    public virtual IEnumerable<Subschema> OnSameValue => [];

    public abstract void Evaluate(JsonElement value, ref Faults faults);
}
