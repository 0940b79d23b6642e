using System.Text.Json;
using Esoz.Platform.Json;

namespace Esoz.Platform.Schema;

/// <summary>The keywords for arrays: <c>minItems</c>, <c>maxItems</c>, <c>uniqueItems</c>, <c>items</c>.</summary>
internal sealed class ArrayCheck(int min, int max, bool unique, Subschema? items) : Check
{
    public override void Evaluate(JsonElement value, ref Faults faults)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return;
        var actual = value.GetArrayLength();
        if (actual > max)
            faults.Add("length", "expected a maximum of %{max} items but got %{actual}", ("max", max), ("actual", actual));
        if (actual < min)
            faults.Add("length", "expected a minimum of %{min} items but got %{actual}", ("min", min), ("actual", actual));
        if (unique && actual > 1 && HasRepetition(value, actual))
            faults.Add("unique", "expected items to be unique but they were not");
        if (items is not null)
            EvaluateItems(value, items, ref faults);
    }

    private static bool HasRepetition(JsonElement array, int length)
    {
        var seen = new HashSet<JsonElement>(length, JsonValueComparer.Instance);
        foreach (var item in array.EnumerateArray())
        {
            if (!seen.Add(item))
                return true;
        }

        return false;
    }

    private static void EvaluateItems(JsonElement array, Subschema schema, ref Faults faults)
    {
        var index = 0;
        foreach (var item in array.EnumerateArray())
        {
            var before = faults.Count;
            schema.Evaluate(item, ref faults);
            if (faults.Count > before)
                faults.Under(before, $"[{index}]");
            if (faults.Full)
                return;
            index++;
        }
    }
}
