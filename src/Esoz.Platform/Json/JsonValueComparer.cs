using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Esoz.Platform.Json;

/// <summary>Equality of JSON values: numbers by value (1 = 1.0 = 10e-1), objects regardless of the order of members.</summary>
public sealed class JsonValueComparer : IEqualityComparer<JsonElement>
{
    public static readonly JsonValueComparer Instance = new();

    public bool Equals(JsonElement x, JsonElement y)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (x.ValueKind != y.ValueKind)
            return false;
        return x.ValueKind switch
        {
            JsonValueKind.String => x.ValueEquals(JsonText.Utf8Of(y)),
            JsonValueKind.Number => Number(x).CompareTo(Number(y)) == 0,
            JsonValueKind.Array => x.GetArrayLength() == y.GetArrayLength() && x.EnumerateArray().SequenceEqual(y.EnumerateArray(), this),
            JsonValueKind.Object => x.GetPropertyCount() == y.GetPropertyCount()
                && x.EnumerateObject().All(member => y.TryGetProperty(member.Name, out var other) && Equals(member.Value, other)),
            _ => true,
        };
    }

    public int GetHashCode(JsonElement obj)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var hash = new HashCode();
        hash.Add(obj.ValueKind);
        switch (obj.ValueKind)
        {
            case JsonValueKind.String:
                hash.AddBytes(JsonText.Utf8Of(obj));
                break;
            case JsonValueKind.Number:
                hash.Add(Number(obj).Hash());
                break;
            case JsonValueKind.Array:
                foreach (var item in obj.EnumerateArray())
                    hash.Add(GetHashCode(item));
                break;
            case JsonValueKind.Object:
                hash.Add(
                    obj.EnumerateObject().Aggregate(0, (sum, member) => sum ^ HashCode.Combine(member.Name, GetHashCode(member.Value))));
                break;
        }

        return hash.ToHashCode();
    }

    private static JsonNumber Number(JsonElement number) => new(JsonMarshal.GetRawUtf8Value(number));
}
