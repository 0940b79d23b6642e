using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Platform.Json;

namespace Esoz.Platform.Schema;

/// <summary>One of <c>minimum</c>, <c>exclusiveMinimum</c>, <c>maximum</c>, <c>exclusiveMaximum</c>, compared without rounding.</summary>
internal sealed class BoundCheck(string keyword, JsonElement bound) : Check
{
    private readonly byte[] _bound = JsonMarshal.GetRawUtf8Value(bound).ToArray();

    public override void Evaluate(JsonElement value, ref Faults faults)
    {
        if (value.ValueKind != JsonValueKind.Number)
            return;
        var order = new JsonNumber(JsonMarshal.GetRawUtf8Value(value)).CompareTo(new JsonNumber(_bound));
        switch (keyword)
        {
            case "minimum" when order < 0:
                AddFault(">=", "greater_than_or_equal_to", ref faults);
                break;
            case "exclusiveMinimum" when order <= 0:
                AddFault(">", "greater_than", ref faults);
                break;
            case "maximum" when order > 0:
                AddFault("<=", "less_than_or_equal_to", ref faults);
                break;
            case "exclusiveMaximum" when order >= 0:
                AddFault("<", "less_than", ref faults);
                break;
        }
    }

    private void AddFault(string sign, string name, ref Faults faults) =>
        faults.Add("number", $"expected the value to be {sign} %{{{name}}}", (name, JsonNode.Parse(_bound)));
}
