using System.Text.Json;

namespace Esoz.Platform.Schema;

/// <summary>One compiled rule. Like the keyword behind it, it accepts every value of a type it does not speak about.</summary>
internal abstract class Check
{
    /// <summary>Schemas this rule applies to the very same value; a loop through them would never end.</summary>
    public virtual IEnumerable<Subschema> OnSameValue => [];

    public abstract void Evaluate(JsonElement value, ref Faults faults);
}
