using System.Globalization;
using System.Text.Json;
using Esoz.Platform.Json;

namespace Esoz.Platform.Http;

/// <summary>
/// Response formats of the MC namespace: <c>{"data":…}</c> without <c>meta</c>, and <c>{"error":{"code","name","message"}}</c>; camelCase
/// (platform §6). The request id is sent only in the header.
/// </summary>
public sealed class McDialect : Dialect
{
    /// <summary>JSON options of the MC namespace.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = PlainJsonEncoder.Instance,
        Converters = { new McDateTimeConverter(), new WholeNumberConverter() },
    };

    public override Task WriteData(HttpContext context, object data, Paging? paging, object? urgent) =>
        WriteJson(context, StatusCodes.Status200OK, data, static (json, data) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("data"u8);
            JsonSerializer.Serialize(json, data, data.GetType(), Json);
            json.WriteEndObject();
        });

    /// <summary>Writes the data without an envelope.</summary>
    internal static Task WriteBare(HttpContext context, object data) =>
        WriteJson(context, StatusCodes.Status200OK, data,
            static (json, data) => JsonSerializer.Serialize(json, data, data.GetType(), Json));

    public override int Status(Refusal refusal) => Shape(refusal).Status;

    public override string Code(Refusal refusal) => Shape(refusal).Code.ToString(CultureInfo.InvariantCulture);

    public override void WriteError(Utf8JsonWriter json, Refusal refusal, string url, string requestId)
    {
        var (_, code, name, message) = Shape(refusal);
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, code);
        json.WriteString("name"u8, name);
        json.WriteString("message"u8, message);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Status, code, name and message: the business code if the refusal has one, otherwise the gateway's (platform §6).</summary>
    private static (int Status, int Code, string Name, string Message) Shape(Refusal refusal)
    {
        var gateway = refusal.Kind switch
        {
            RefusalKind.Malformed => (400, "INVALID_REQUEST_FORMAT", "Invalid request format"),
            RefusalKind.Unprocessable => (400, "INVALID_REQUEST_FORMAT", FormatFault(refusal)),
            RefusalKind.Unauthenticated => (401, "UNAUTHORIZED", "Invalid access token"),
            RefusalKind.Forbidden => (403, "FORBIDDEN", "Access denied"),
            RefusalKind.NotFound => (404, "NOT_FOUND", "Not found"),
            RefusalKind.Conflict => (409, "CONFLICT", "Conflict"),
            RefusalKind.LengthRequired => (411, "CONTENT_LENGTH_REQUIRED", "Content-Length header is required"),
            RefusalKind.PreconditionFailed => (412, "PRECONDITION_FAILED", "Precondition failed"),
            RefusalKind.TooLarge => (413, "REQUEST_TOO_LARGE", "Request body is too large."),
            RefusalKind.UnsupportedMediaType => (415, "CONTENT_TYPE_INVALID", IlDialect.Shape(RefusalKind.UnsupportedMediaType).Message),
            RefusalKind.RangeNotSatisfiable => (416, "RANGE_NOT_SATISFIABLE", "Requested range is not satisfiable"),
            RefusalKind.TooManyRequests => (429, "TOO_MANY_REQUESTS", "API rate limit exceeded"),
            RefusalKind.Fault => (500, "INTERNAL_ERROR", "Subordinate service error"),
            RefusalKind.NotImplemented => (501, "NOT_IMPLEMENTED", "Not implemented"),
            RefusalKind.NotReady => (503, "SERVICE_UNAVAILABLE", "Service is not ready"),
            RefusalKind.StorageFull => (507, "INSUFFICIENT_STORAGE", "Storage is full"),
        };
        var (status, name, message) = gateway;
        return (status, refusal.Code?.Number ?? status, refusal.Code?.Name ?? name, refusal.Message ?? message);
    }

    /// <summary>An MC error has only one message, so the path and text of the first fault are appended to the documented prefix.</summary>
    private static string FormatFault(Refusal refusal) =>
        refusal.Invalid is [{ } first, ..] ? $"Invalid request format: {first.Entry} {first.Rules?[0].Description}"
            : "Invalid request format";
}
