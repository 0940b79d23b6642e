using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Esoz.Platform.Json;

namespace Esoz.Platform.Http;

/// <summary>
/// Response format of a family of methods: the envelopes of success and refusal. There are two formats, <see cref="IlDialect"/> and
/// <see cref="McDialect"/>; the bulk export uses IL refusals and streams its success responses itself (platform §4–§6).
/// </summary>
public abstract class Dialect
{
    private static readonly Dialect Il = new IlDialect();
    private static readonly Dialect Mc = new McDialect();

    [ThreadStatic]
    private static JsonBuffer? _buffer;

    public static Dialect For(Family family) => family == Family.Mc ? Mc : Il;

    /// <summary>Dialect of the matched card, or of the path's family when no route matched.</summary>
    public static Dialect Of(HttpContext context) =>
        For(context.GetEndpoint()?.Metadata.GetMetadata<MethodCard>()?.Family ?? FamilyOf(context.Request.Path));

    /// <summary>Family of a path that matches no route.</summary>
    public static Family FamilyOf(PathString path) => path.StartsWithSegments("/api/patients") ? Family.Mc : Family.IlMis;

    public abstract Task WriteData(HttpContext context, object data, Paging? paging, object? urgent = null);

    public abstract int Status(Refusal refusal);

    /// <summary>What names the kind of refusal in the body: <c>error.type</c> or <c>error.code</c>.</summary>
    public abstract string Code(Refusal refusal);

    /// <summary>Writes the body of a refusal. The only request data in it are the public URL and the request id.</summary>
    public abstract void WriteError(Utf8JsonWriter json, Refusal refusal, string url, string requestId);

    public Task WriteRefusal(HttpContext context, Refusal refusal)
    {
        if (refusal.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = ((long)Math.Max(1, Math.Ceiling(wait.TotalSeconds)))
                .ToString(CultureInfo.InvariantCulture);
        Record(context, refusal);
        return WriteJson(context, Status(refusal), (Dialect: this, context, refusal), static (json, it) =>
            it.Dialect.WriteError(json, it.refusal, PublicUrl.Of(it.context), it.context.TraceIdentifier));
    }

    /// <summary>Line of the log and row of the access journal.</summary>
    internal void Record(HttpContext context, Refusal refusal)
    {
        refusal = Numbered(context, refusal);
        RefusalLog.Write(context, refusal, Status(refusal));
        AccessRecord.Refused(context, refusal, Status(refusal), Code(refusal));
    }

    /// <summary>A refusal that several methods share has the number of the rule on the page of this method.</summary>
    private static Refusal Numbered(HttpContext context, Refusal refusal)
    {
        if (refusal.RuleNumber is not null
            || refusal.Kind is not (RefusalKind.PreconditionFailed or RefusalKind.RangeNotSatisfiable or RefusalKind.NotReady))
            return refusal;
        var rules = context.GetEndpoint()?.Metadata.GetMetadata<MethodCard>()?.Validations ?? [];
        return refusal with { RuleNumber = rules.FirstOrDefault(rule => rule.Refusal.Kind == refusal.Kind)?.Number };
    }

    /// <summary>Writes status code, media type, length, and the JSON that <paramref name="write"/> produces.</summary>
    protected static Task WriteJson<TState>(HttpContext context, int status, TState state, Action<Utf8JsonWriter, TState> write)
    {
        var json = _buffer ??= new JsonBuffer();
        json.Reset();
        write(json.Writer, state);
        json.Writer.Flush();
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Bytes.WrittenCount;
        response.BodyWriter.Write(json.Bytes.WrittenSpan);
        return Task.CompletedTask;
    }

    private sealed class JsonBuffer
    {
        public ArrayBufferWriter<byte> Bytes { get; } = new(1024);

        public Utf8JsonWriter Writer { get; }

        public JsonBuffer() => Writer = new Utf8JsonWriter(Bytes, new JsonWriterOptions { Encoder = PlainJsonEncoder.Instance });

        public void Reset()
        {
            Bytes.ResetWrittenCount();
            Writer.Reset();
        }
    }
}
