using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Platform.Json;

namespace Esoz.Platform.Schema;

/// <summary>The keyword <c>minimum</c> or <c>maximum</c>, compared without rounding.</summary>
internal sealed class BoundCheck(bool isMinimum, JsonElement bound) : Check
{
    private readonly byte[] _bound = JsonMarshal.GetRawUtf8Value(bound).ToArray();

    public override void Evaluate(JsonElement value, ref Faults faults)
    {
        if (value.ValueKind != JsonValueKind.Number)
            return;
        var order = new JsonNumber(JsonMarshal.GetRawUtf8Value(value)).CompareTo(new JsonNumber(_bound));
        if (isMinimum && order < 0)
            AddFault(">=", "greater_than_or_equal_to", ref faults);
        if (!isMinimum && order > 0)
            AddFault("<=", "less_than_or_equal_to", ref faults);
    }

    private void AddFault(string sign, string name, ref Faults faults) =>
        faults.Add("number", $"expected the value to be {sign} %{{{name}}}", (name, JsonNode.Parse(_bound)));
}
