using System.Text.Json;
using Esoz.Platform.Json;

namespace Esoz.Platform.Http;

/// <summary>
/// Envelope of the IL namespace: <c>meta</c> with <c>data</c> (and <c>paging</c> or <c>urgent</c>), or <c>meta</c> with <c>error</c>;
/// snake_case (platform §4, §7).
/// </summary>
public sealed class IlDialect : Dialect
{
    /// <summary>JSON options of the IL namespace, for every value that it reads or writes.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = PlainJsonEncoder.Instance,
        Converters = { new IlDateTimeConverter(), new WholeNumberConverter() },
    };

    public override Task WriteData(HttpContext context, object data, Paging? paging, object? urgent) =>
        WriteJson(context, SuccessStatus(context), (context, data, paging, urgent), static (json, it) =>
        {
            json.WriteStartObject();
            WriteMeta(json, SuccessStatus(it.context), PublicUrl.Of(it.context), it.context.TraceIdentifier,
                it.data is System.Collections.IEnumerable ? "list" : "object");
            json.WritePropertyName("data"u8);
            JsonSerializer.Serialize(json, it.data, it.data.GetType(), Json);
            if (it.paging is not null)
            {
                json.WritePropertyName("paging"u8);
                JsonSerializer.Serialize(json, it.paging, Json);
            }
            if (it.urgent is not null)
            {
                json.WritePropertyName("urgent"u8);
                JsonSerializer.Serialize(json, it.urgent, it.urgent.GetType(), Json);
            }
            json.WriteEndObject();
        });

    public override int Status(Refusal refusal) => Shape(refusal.Kind).Status;

    public override string Code(Refusal refusal) => refusal.Type ?? Shape(refusal.Kind).Type;

    public override void WriteError(Utf8JsonWriter json, Refusal refusal, string url, string requestId)
    {
        var (status, type, message) = Shape(refusal.Kind);
        json.WriteStartObject();
        WriteMeta(json, status, url, requestId, "object");
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, refusal.Type ?? type);
        json.WriteString("message"u8, refusal.Message ?? message);
        if (refusal.Invalid.Count > 0)
        {
            json.WriteStartArray("invalid"u8);
            foreach (var invalid in refusal.Invalid)
                WriteInvalid(json, invalid);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static int SuccessStatus(HttpContext context) => context.GetEndpoint()!.Metadata.GetRequiredMetadata<MethodCard>().Success;

    private static void WriteMeta(Utf8JsonWriter json, int code, string url, string requestId, string type)
    {
        json.WriteStartObject("meta"u8);
        json.WriteNumber("code"u8, code);
        json.WriteString("url"u8, url);
        json.WriteString("type"u8, type);
        json.WriteString("request_id"u8, requestId);
        json.WriteEndObject();
    }

    private static void WriteInvalid(Utf8JsonWriter json, Invalid invalid)
    {
        json.WriteStartObject();
        json.WriteString("entry_type"u8, invalid.EntryType);
        if (invalid.Entry is not null)
            json.WriteString("entry"u8, invalid.Entry);
        if (invalid.Rules is not null)
        {
            json.WriteStartArray("rules"u8);
            foreach (var rule in invalid.Rules)
                WriteRule(json, rule);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json, Rule rule)
    {
        json.WriteStartObject();
        json.WriteString("rule"u8, rule.Name);
        if (rule.Description is not null)
            json.WriteString("description"u8, rule.Description);
        if (rule.Params is not null)
        {
            json.WritePropertyName("params"u8);
            JsonSerializer.Serialize(json, rule.Params, rule.Params.GetType(), Json);
        }
        if (rule.RawDescription is not null)
            json.WriteString("raw_description"u8, rule.RawDescription);
        json.WriteEndObject();
    }

    /// <summary>Status, <c>error.type</c> and default message of each kind (platform §7).</summary>
    internal static (int Status, string Type, string Message) Shape(RefusalKind kind) => kind switch
    {
        RefusalKind.Malformed => (400, "request_malformed", "Malformed request. Probably, you have sent corrupted JSON."),
        RefusalKind.Unauthenticated => (401, "access_denied", "Invalid access token"),
        RefusalKind.Forbidden => (403, "forbidden", "Access denied"),
        RefusalKind.NotFound => (404, "not_found", "Not found"),
        RefusalKind.Conflict =>
            (409, "request_conflict", "The request could not be completed due to a conflict with the current state of the resource."),
        RefusalKind.LengthRequired => (411, "content_length_required", "Content-Length header is required"),
        RefusalKind.PreconditionFailed => (412, "precondition_failed", "Precondition failed"),
        RefusalKind.TooLarge => (413, "request_too_large", "Request body is too large."),
        RefusalKind.UnsupportedMediaType =>
            (415, "content_type_invalid",
                "Invalid Content-Type header. Try to set 'Content-Type: application/json' header: http://docs.apimanifest.apiary.io/#introduction/interacting-with-api/content-type."),
        RefusalKind.RangeNotSatisfiable => (416, "range_not_satisfiable", "Requested range is not satisfiable"),
        RefusalKind.Unprocessable =>
            (422, "validation_failed",
                "Validation failed. You can find validators description at our API Manifest: http://docs.apimanifest.apiary.io/#introduction/interacting-with-api/errors."),
        RefusalKind.TooManyRequests => (429, "too_many_requests", "API rate limit exceeded"),
        RefusalKind.Fault => (500, "internal_error", "Internal server error"),
        RefusalKind.NotImplemented => (501, "not_implemented", "Not implemented"),
        RefusalKind.NotReady => (503, "service_unavailable", "Service is not ready"),
        RefusalKind.StorageFull => (507, "insufficient_storage", "Storage is full"),
    };
}
