using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Platform.Json;

namespace Esoz.Platform.Schema;

/// <summary>The keywords <c>enum</c> and <c>const</c>.</summary>
internal sealed class ValueCheck(JsonElement[] allowed) : Check
{
    public override void Evaluate(JsonElement value, ref Faults faults)
    {
        foreach (var candidate in allowed)
        {
            if (JsonValueComparer.Instance.Equals(candidate, value))
                return;
        }

        faults.AddNotInEnum(allowed.Select(Node));
    }

    private static JsonNode? Node(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
