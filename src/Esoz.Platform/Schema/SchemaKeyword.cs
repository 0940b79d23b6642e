using System.Text.Json;

namespace Esoz.Platform.Schema;

/// <summary>A keyword at its location in a schema; reads its value or reports what is wrong with it.</summary>
internal readonly record struct SchemaKeyword(string Schema, string Pointer, string Keyword, JsonElement Value)
{
    public SchemaException Refused(string reason) => new(Schema, Pointer, Keyword, reason);

    public string Text() => Of(JsonValueKind.String).GetString()!;

    public bool Flag() =>
        Value.ValueKind == JsonValueKind.True || (Value.ValueKind == JsonValueKind.False ? false : throw Refused("must be a boolean"));

    public JsonElement Number() => Of(JsonValueKind.Number);

    /// <summary>A length: a non-negative whole number, possibly written as 2.0.</summary>
    public int Count()
    {
        var count = Of(JsonValueKind.Number).GetDouble();
        return count is >= 0 and <= int.MaxValue && double.IsInteger(count) ? (int)count : throw Refused("must be a length");
    }

    public JsonElement[] List() => [.. Of(JsonValueKind.Array).EnumerateArray()];

    public string[] Names()
    {
        var keyword = this;
        return [.. List()
            .Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw keyword.Refused("must list strings"))];
    }

    public JsonProperty[] Members() => [.. Of(JsonValueKind.Object).EnumerateObject()];

    private JsonElement Of(JsonValueKind kind) =>
        Value.ValueKind == kind ? Value : throw Refused($"must be a JSON {kind.ToString().ToLowerInvariant()}");
}
