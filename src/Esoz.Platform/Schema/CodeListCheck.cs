using System.Text.Json;
using System.Text.Json.Nodes;

namespace Esoz.Platform.Schema;

/// <summary>
/// The custom keyword <c>dictionary</c>: a string must be one of the codes that the named dictionary currently allows. It reports the same
/// fault as <c>enum</c>, as if the codes were listed in the schema.
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
