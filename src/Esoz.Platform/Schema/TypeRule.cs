using System.Runtime.InteropServices;
using System.Text.Json;
using Esoz.Platform.Json;

namespace Esoz.Platform.Schema;

/// <summary>The types of JSON Schema, as a set.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    Object = 1,
    Array = 2,
    String = 4,
    Number = 8,
    Integer = 16,
    Boolean = 32,
    Null = 64,
}

/// <summary>The keyword <c>type</c>. An integer is a number without a fractional part in any notation, e.g. 2000.0.</summary>
internal sealed class TypeRule(JsonTypes admitted)
{
    private readonly string _expected = InWords(admitted);

    /// <exception cref="SchemaException">The value is neither a type nor a list of types.</exception>
    public static TypeRule Of(SchemaKeyword keyword)
    {
        var names = keyword.Value.ValueKind == JsonValueKind.Array ? keyword.Names() : [keyword.Text()];
        return names.Length > 0
            ? new TypeRule(names.Aggregate(JsonTypes.None, (types, name) => types | Named(name, keyword)))
            : throw keyword.Refused("must name a type");
    }

    public bool Only(JsonTypes type) => admitted == type;

    public bool Admits(JsonElement value, ref Faults faults)
    {
        var kind = KindOf(value);
        if ((admitted & kind) != 0 || (kind == JsonTypes.Number && (admitted & JsonTypes.Integer) != 0 && IsInteger(value)))
            return true;

        var actual = kind == JsonTypes.Number && IsInteger(value) ? JsonTypes.Integer : kind;
        faults.Add("cast", "type mismatch. Expected %{expected} but got %{actual}", ("expected", _expected), ("actual", InWords(actual)));
        return false;
    }

    private static JsonTypes Named(string name, SchemaKeyword keyword) => name switch
    {
        "object" => JsonTypes.Object,
        "array" => JsonTypes.Array,
        "string" => JsonTypes.String,
        "number" => JsonTypes.Number,
        "integer" => JsonTypes.Integer,
        "boolean" => JsonTypes.Boolean,
        "null" => JsonTypes.Null,
        _ => throw keyword.Refused($"'{name}' is not a type"),
    };

    private static bool IsInteger(JsonElement number) => new JsonNumber(JsonMarshal.GetRawUtf8Value(number)).IsInteger;

    private static JsonTypes KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonTypes.Object,
        JsonValueKind.Array => JsonTypes.Array,
        JsonValueKind.String => JsonTypes.String,
        JsonValueKind.Number => JsonTypes.Number,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        JsonValueKind.Null => JsonTypes.Null,
        _ => throw new ArgumentException("The value is not a JSON value.", nameof(value)),
    };

    /// <summary>"string", "string or null", "string, number or null": null comes last.</summary>
    private static string InWords(JsonTypes types)
    {
        var names = Enum.GetValues<JsonTypes>()
            .Where(type => type != JsonTypes.None && types.HasFlag(type))
            .Select(type => type.ToString().ToLowerInvariant())
            .ToArray();
        return names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} or {names[^1]}";
    }
}
