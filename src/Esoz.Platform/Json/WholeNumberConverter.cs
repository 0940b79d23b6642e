using System.Text.Json;
using System.Text.Json.Serialization;

namespace Esoz.Platform.Json;

/// <summary>
/// Reads as <see cref="int"/> every notation that the schema type <c>integer</c> permits: 2000, 2000.0 and 2e3 are the same number in a
/// schema, but the serializer itself reads only the first.
/// </summary>
public sealed class WholeNumberConverter : JsonConverter<int>
{
    /// <inheritdoc/>
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
            throw new JsonException("Not a number.");
        if (reader.TryGetInt32(out var plain))
            return plain;
        return reader.TryGetDecimal(out var number) && decimal.IsInteger(number) && number is >= int.MinValue and <= int.MaxValue
            ? (int)number
            : throw new JsonException("Not a whole number of 32 bits.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
