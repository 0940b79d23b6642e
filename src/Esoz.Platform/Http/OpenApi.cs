using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Platform.Json;

namespace Esoz.Platform.Http;

/// <summary>
/// <c>/openapi.json</c>: the OpenAPI 3.1 document of every method, built from the cards (docs/adr/0002-openapi-from-cards.md). It is
/// built once, on first use, and served without credentials in front of the gateway, so it contains no request data.
/// </summary>
public sealed class OpenApi
{
    public const string Path = "/openapi.json";

    private readonly RequestDelegate _next;
    private readonly Lazy<Form> _plain;
    private readonly Lazy<Form> _compressed;

    /// <param name="next">Handles every other path.</param>
    /// <param name="cards">Methods that this server answers.</param>
    /// <param name="parts">What the cards do not know.</param>
    /// <param name="url">Server URL in the document.</param>
    public OpenApi(RequestDelegate next, IReadOnlyList<MethodCard> cards, OpenApiParts parts, PublicUrl url)
    {
        _next = next;
        _plain = new(() => new(Write(Document(cards, parts, url, BuildVersion.Number)), ""));
        _compressed = new(() => new(Compressed(_plain.Value.Bytes), "-gzip"));
    }

    /// <summary>The document as text.</summary>
    public static byte[] Write(JsonObject document) => JsonSerializer.SerializeToUtf8Bytes(document, Indented);

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Path != Path || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
            return _next(context);
        var response = context.Response;
        var isCompressed = ContentCoding.Gzip(request.Headers.AcceptEncoding);
        var form = (isCompressed ? _compressed : _plain).Value;
        var validators = new Validators(form.Tag);
        validators.Write(response);
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = "Accept-Encoding";
        var verdict = Preconditions.Evaluate(request, validators);
        if (verdict != Verdict.Hold)
        {
            response.StatusCode =
                verdict == Verdict.NotModified ? StatusCodes.Status304NotModified : StatusCodes.Status412PreconditionFailed;
            return Task.CompletedTask;
        }
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = form.Bytes.Length;
        if (isCompressed)
            response.Headers.ContentEncoding = "gzip";
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask
            : response.Body.WriteAsync(form.Bytes, context.RequestAborted).AsTask();
    }

    /// <param name="version">For <c>info.version</c>.</param>
    public static JsonObject Document(IReadOnlyList<MethodCard> cards, OpenApiParts parts, PublicUrl url, string version)
    {
        var schemas = new OpenApiSchemas(parts);
        var paths = new JsonObject();
        foreach (var card in cards)
        {
            if (paths[card.Path] is not JsonObject path)
                paths[card.Path] = path = [];
            path[card.Verb.ToLowerInvariant()] = OpenApiOperation.Of(card, schemas, parts);
        }
        parts.Texts.Describe(schemas.Components);
        var info = new JsonObject
        {
            ["title"] = "Esoz",
            ["version"] = version,
            ["description"] = "Central component of eHealth (ЕСОЗ). Every GET answers HEAD too, unknown query parameters are ignored, "
                + "and an unknown path or verb is 404 in the envelope of its namespace.",
        };
        foreach (var (name, value) in parts.Info)
            info[name] = value!.DeepClone();
        return new()
        {
            ["openapi"] = "3.1.1",
            ["info"] = info,
            ["servers"] = Servers(url),
            ["tags"] = new JsonArray([.. cards.Select(OpenApiOperation.Tag).Distinct().Select(tag => Tag(tag, parts))]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = OpenApiOperation.SecuritySchemes(),
                ["schemas"] = schemas.Components,
            },
        };
    }

    /// <summary>Functional area of a card: its tag in the document.</summary>
    public static string AreaOf(MethodCard card) => OpenApiOperation.Tag(card);

    /// <summary>All refusals that a call of the card can get, in the order of the checks, under the names of their examples.</summary>
    public static IEnumerable<(string Name, string Rule, Refusal Refusal)> RefusalsOf(MethodCard card) => OpenApiResponses.Refusals(card);

    /// <summary>The rules of the card's task, followed by the error that can end any job; empty when it starts none.</summary>
    public static IEnumerable<Validation> JobErrorsOf(MethodCard card) =>
        card.JobErrors.Count == 0 ? [] : OpenApiOperation.JobErrors(card);

    /// <summary>The body of a refusal, as in the examples of the document.</summary>
    public static JsonNode AnswerOf(MethodCard card, Refusal refusal) =>
        OpenApiResponses.Example(Dialect.For(card.Family), card, refusal);

    /// <summary>A single one, because generators of clients know no choice; "/" is the server that the document comes from.</summary>
    private static JsonArray Servers(PublicUrl url) =>
        [new JsonObject { ["url"] = url.ConfiguredBase.Length > 0 ? url.ConfiguredBase : "/", ["description"] = "The registry." }];

    private static JsonObject Tag(string name, OpenApiParts parts)
    {
        var tag = new JsonObject { ["name"] = name };
        if (parts.Tags[name] is { } description)
            tag["description"] = description.DeepClone();
        return tag;
    }

    private static byte[] Compressed(byte[] document)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize))
            gzip.Write(document);
        return bytes.ToArray();
    }

    /// <summary>The document in one content coding, with the entity tag of it.</summary>
    private sealed class Form(byte[] bytes, string suffix)
    {
        public byte[] Bytes => bytes;

        public string Tag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}{suffix}\"";
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = PlainJsonEncoder.Instance };
}
