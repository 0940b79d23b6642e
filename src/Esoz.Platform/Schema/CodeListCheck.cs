using System.Text.Json;
using System.Text.Json.Nodes;

namespace Esoz.Platform.Schema;

/// <summary>
/// Our keyword <c>dictionary</c>: a string is one of the codes that the named dictionary allows at this moment. Broken, it is the fault
/// that
/// <c>enum</c> gives, as if the codes stood in the schema.
/// </summary>
internal sealed class CodeListCheck(string name) : Check
{
    public override void Evaluate(JsonElement value, ref Faults faults)
    {
        if (value.ValueKind != JsonValueKind.String)
            return;
        var codes = faults.CodesOf(name);
        if (!codes.Contains(value.GetString()!))
            faults.AddNotInEnum(codes.Order(StringComparer.Ordinal).Select(code => (JsonNode)code));
    }
}
