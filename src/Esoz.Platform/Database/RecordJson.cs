using System.Text.Json;
using System.Text.Json.Serialization;
using Esoz.Platform.Json;

namespace Esoz.Platform.Database;

/// <summary>
/// JSON for <c>jsonb_to_record</c> and <c>jsonb_to_recordset</c>: a set of rows as one parameter. Properties map to columns in snake_case.
/// </summary>
public static class RecordJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = PlainJsonEncoder.Instance,
        Converters = { new InstantConverter() },
    };

    /// <param name="value">A record, or a list of them.</param>
    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>
    /// Columns have microsecond precision. A finer timestamp is truncated, as the driver truncates a parameter; PostgreSQL would round it,
    /// at worst into the next day.
    /// </summary>
    private sealed class InstantConverter : JsonConverter<DateTime>
    {
        public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.AddTicks(-(value.Ticks % TimeSpan.TicksPerMicrosecond)));
    }
}
