using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Esoz.Platform.Json;
using Esoz.Platform.Schema;
using Esoz.Platform.Telemetry;
using Microsoft.Net.Http.Headers;

namespace Esoz.Platform.Http;

/// <summary>
/// Request body as well-formed JSON. The gateway checks size, media type and syntax (platform §10); the card then validates it against its
/// schema, at the point in the order that its page specifies.
/// </summary>
public sealed class Body
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };
    private static readonly JsonElement EmptyObject = JsonDocument.Parse("{}").RootElement;

    internal static readonly Validation SizeIsKept = new("9", "body is not larger than the method allows, whatever Content-Length says",
        Refusal.TooLarge);

    private static readonly Validation TypeIsJson = new("9", "media type of a body is application/json in UTF-8",
        new Refusal(RefusalKind.UnsupportedMediaType) { Invalid = [new("header", "Content-Type", null)] });

    internal static readonly Validation SyntaxIsJson = new(
        "9", "body is JSON in UTF-8 without repeated member names, at most 32 levels deep",
        new Refusal(RefusalKind.Malformed) { Invalid = [new("request", null, [new Rule("json")])] });

    private readonly JsonSerializerOptions _json;
    private readonly Family _family;
    private JsonElement? _parsed;

    private Body(ReadOnlyMemory<byte> bytes, Family family) =>
        (Bytes, _family, _json) = (bytes, family, family == Family.Mc ? McDialect.Json : IlDialect.Json);

    /// <summary>The body is received, then checked; the method gets it after the last step passes.</summary>
    internal static IReadOnlyList<GatewayStep> Steps { get; } =
    [
        Step(SizeIsKept, Receive, static request => request.Context.Request.ContentLength is { } length
            ? $"Content-Length: {length}, at most {request.Card!.BodyLimit} bytes" : $"at most {request.Card!.BodyLimit} bytes"),
        Step(TypeIsJson, CheckType, static request => request.Context.Request.ContentType switch
        {
            null => "Content-Type: not sent",
            var type when IsJson(type) => "Content-Type: application/json",
            _ => "Content-Type: not application/json in UTF-8",
        }),
        Step(SyntaxIsJson, CheckSyntax, static request => $"{request.Body!.Bytes.Length} bytes"),
    ];

    /// <summary>The body as it was sent; empty when none was.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    private JsonElement Root => _parsed ?? EmptyObject;

    public static ValueTask<Body?> BindAsync(HttpContext context) => new(context.Features.Get<Body>());

    /// <summary>SHA-256 of verb, path and body: the same for equal requests.</summary>
    public byte[] HashWith(HttpRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}\n"));
        hash.AppendData(Bytes.Span);
        return hash.GetHashAndReset();
    }

    /// <summary>Every string that is a uuid: the records that the body names.</summary>
    internal IEnumerable<Guid> Ids() => IdsIn(Root);

    /// <summary>Whether the body has the member, even with a null value. Call it only when the body is known to be an object.</summary>
    public bool Has(string member) => Root.TryGetProperty(member, out _);

    /// <summary>Whether the body is an object that has this object.</summary>
    public bool HasObject(string root) => Inner(root) is not null;

    /// <summary>Text at <c>root.member</c>; null when there is none.</summary>
    public string? Text(string root, string member) =>
        Inner(root) is { } of && of.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private JsonElement? Inner(string root) =>
        Root.ValueKind == JsonValueKind.Object && Root.TryGetProperty(root, out var inner) && inner.ValueKind == JsonValueKind.Object
            ? inner : null;

    /// <summary>Client that the body of SIGN-IN names, whether or not it exists.</summary>
    internal string? ClientId => Text("token", "client_id") ?? Text("app", "client_id");

    /// <summary>The body as far as it can be read before it is judged; null when it cannot.</summary>
    internal static async ValueTask<Body?> OfClient(GatewayRequest request)
    {
        if (request.Card!.Body is null)
            return null;
        request.BodyFault = await Receive(request);
        return request.Body is { } body && body.IsSound(request.Context) ? body : null;
    }

    /// <summary>Returns the bound request, or 422 with every schema fault.</summary>
    public bool Matches<T>(JsonSchema schema, [NotNullWhen(true)] out T? request, [NotNullWhen(false)] out Refusal? refusal)
        where T : class =>
        Matches(schema, FrozenDictionary<string, FrozenSet<string>>.Empty, out request, out refusal);

    /// <summary>The same, with the codes of the dictionaries that the schema refers to.</summary>
    public bool Matches<T>(JsonSchema schema, IReadOnlyDictionary<string, FrozenSet<string>> codes, [NotNullWhen(true)] out T? request,
        [NotNullWhen(false)] out Refusal? refusal) where T : class
    {
        refusal = Against(schema, Root, _family, codes);
        request = refusal is null ? Root.Deserialize<T>(_json)! : null;
        return refusal is null;
    }

    /// <summary>The rule that every body obeys before those of the page; it has a name for a number.</summary>
    internal static readonly Validation FitsSchema =
        new("schema", "body fits its schema; every fault is listed", new(RefusalKind.Unprocessable));

    /// <summary>422 with every schema fault; null when there is none.</summary>
    internal static Refusal? Against(
        JsonSchema schema, JsonElement root, Family family, IReadOnlyDictionary<string, FrozenSet<string>>? codes = null)
    {
        var faults = schema.Evaluate(root, codes);
        if (faults.Count == 0)
            return null;
        var refusal = family == Family.SignIn ? Refusal.Unprocessable([.. faults.Select(SignInFaults.Of)]) : Unprocessable(faults);
        return refusal with { RuleNumber = FitsSchema.Number };
    }

    /// <summary>422 with one entry per fault.</summary>
    public static Refusal Unprocessable(params IEnumerable<SchemaFault> faults) => Refusal.Unprocessable([.. faults.Select(fault =>
        Invalid.Property(fault.Path, new Rule(fault.Rule, fault.Description, fault.Params, fault.RawDescription)))]);

    private static GatewayStep Step(
        Validation validation, Func<GatewayRequest, ValueTask<Refusal?>> check, Func<GatewayRequest, string> seen) =>
        new(validation, check, seen) { AppliesTo = static card => card is { Body: not null }, Subject = "body" };

    /// <summary>Reads at most the card's limit from the stream, regardless of Content-Length.</summary>
    private static async ValueTask<Refusal?> Receive(GatewayRequest request)
    {
        var (http, card) = (request.Context.Request, request.Card!);
        if (request.Body is not null || request.BodyFault is not null)
            return request.BodyFault;
        if (http.ContentLength > card.BodyLimit)
            return SizeIsKept;
        using var timing = RequestTimes.Of(Waits.Client);
        var (bytes, refusal) = await request.Gateway.BodyLimits.Read(request, card.BodyLimit);
        if (refusal is not null)
            return refusal;
        request.Body = new Body(bytes, card.Family);
        return null;
    }

    /// <summary>An empty body is treated as <c>{}</c>, regardless of its media type.</summary>
    private static ValueTask<Refusal?> CheckType(GatewayRequest request) =>
        request.Body!.Bytes.IsEmpty || IsJson(request.Context.Request.ContentType) ? default : new(TypeIsJson.Refusal);

    private static ValueTask<Refusal?> CheckSyntax(GatewayRequest request)
    {
        var body = request.Body!;
        if (!body.IsSound(request.Context))
            return new(SyntaxIsJson.Refusal);
        request.Context.Features.Set(body);
        return default;
    }

    /// <summary>Parses it, unless that was done.</summary>
    private bool IsSound(HttpContext context)
    {
        if (!Bytes.IsEmpty)
            _parsed ??= Parse(context, Bytes);
        return Bytes.IsEmpty || _parsed is not null;
    }

    private static JsonElement? Parse(HttpContext context, ReadOnlyMemory<byte> bytes)
    {
        if (!JsonText.IsSound(bytes.Span) || JsonText.NamesNul(bytes.Span))
            return null;
        try
        {
            var document = JsonDocument.Parse(bytes, Strict);
            context.Response.RegisterForDispose(document);
            return document.RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<Guid> IdsIn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => IdsIn(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(IdsIn),
        JsonValueKind.String when value.TryGetGuid(out var id) => [id],
        _ => [],
    };

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
