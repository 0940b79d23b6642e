using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Esoz.Platform.Schema;

namespace Esoz.Tests.Platform.Schema;

/// <summary>The keyword <c>dictionary</c>.</summary>
public sealed class CodeListCheckTests
{
    private static readonly JsonSchema Schema = JsonSchema.Parse(Encoding.UTF8.GetBytes("""
        { "type": "object", "properties": { "kind": { "dictionary": "KINDS" }, "places": { "type": "array", "items": { "type": "string", "dictionary": "PLACES" } } } }
        """), "Kinds");

    private static readonly Dictionary<string, FrozenSet<string>> Codes = new()
    {
        ["KINDS"] = FrozenSet.Create("B", "A"),
        ["PLACES"] = FrozenSet.Create("HERE")
    };

    [Fact(DisplayName = "A schema knows the dictionaries that it names")]
    public void Names() => Assert.Equal(["KINDS", "PLACES"], Schema.CodeLists);

    [Theory(DisplayName = "A string must be one of the codes; other types are not checked")]
    [InlineData("""{"kind":"A","places":["HERE","HERE"]}""", "")]
    [InlineData("""{"kind":17}""", "")]
    [InlineData("""{"kind":"a"}""", """$.kind inclusion value is not allowed in enum {"values":["A","B"]}""")]
    [InlineData("""{"places":["HERE","THERE"]}""", """$.places[1] inclusion value is not allowed in enum {"values":["HERE"]}""")]
    public void Checks(string body, string fault)
    {
        var faults = Schema.Evaluate(JsonElement.Parse(body), Codes);

        Assert.Equal(
            fault, string.Join(
                "; ", faults.Select(found => $"{found.Path} {found.Rule} {found.Description} {JsonSerializer.Serialize(found.Params)}")));
    }

    [Fact(DisplayName = "Without the codes of a dictionary the evaluation fails")]
    public void Forgotten() => Assert.Throws<InvalidOperationException>(() => Schema.Evaluate(JsonElement.Parse("""{"kind":"A"}""")));
}
