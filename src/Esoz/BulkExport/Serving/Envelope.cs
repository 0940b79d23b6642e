using System.Buffers;
using System.Text.Json;
using Esoz.Platform.Json;

namespace Esoz.BulkExport.Serving;

/// <summary>
/// Envelope of the bulk export (platform §5) around a JSON array that is sent as it is stored:
/// <c>{"meta":{…,"date":…},"data":</c> array <c>}</c>.
/// </summary>
public static class Envelope
{
    /// <summary>Form of every date-time of the bulk export (platform §12).</summary>
    public const string DateTimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static ReadOnlySpan<byte> Tail => "}"u8;

    /// <param name="date">The formatted instant of the snapshot.</param>
    public static byte[] Head(HttpContext context, string date)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = PlainJsonEncoder.Instance, SkipValidation = true });
        json.WriteStartObject();
        json.WriteStartObject("meta"u8);
        json.WriteNumber("code"u8, StatusCodes.Status200OK);
        json.WriteString("url"u8, PublicUrl.Of(context));
        json.WriteString("type"u8, "list"u8);
        json.WriteString("request_id"u8, context.TraceIdentifier);
        json.WriteString("date"u8, date);
        json.WriteEndObject();
        json.WritePropertyName("data"u8);
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
