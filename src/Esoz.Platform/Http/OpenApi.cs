using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Platform.Json;

namespace Esoz.Platform.Http;

/// <summary>
/// <c>/openapi.json</c>: the OpenAPI 3.1 document of every method, built only from the cards (docs/adr/0002-openapi-from-cards.md). It is
/// built once, on first use, and served without credentials in front of the gateway, so it contains no request data.
/// </summary>
public sealed class OpenApi
{
    public const string Path = "/openapi.json";

    private readonly RequestDelegate _next;
    private readonly Lazy<byte[]> _document;
    private readonly Lazy<Validators> _validators;

    /// <param name="next">Handles every other path.</param>
    /// <param name="cards">Methods that this server answers.</param>
    /// <param name="url">Server URL in the document; relative when no base is configured.</param>
    public OpenApi(RequestDelegate next, IReadOnlyList<MethodCard> cards, PublicUrl url)
    {
        _next = next;
        _document = new(() => JsonSerializer.SerializeToUtf8Bytes(Document(cards, url), Indented));
        _validators = new(() => new($"\"{Convert.ToHexStringLower(SHA256.HashData(_document.Value))[..32]}\""));
    }

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Path != Path || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
            return _next(context);
        var response = context.Response;
        _validators.Value.Write(response);
        response.Headers.CacheControl = "no-cache";
        var verdict = Preconditions.Evaluate(request, _validators.Value);
        if (verdict != Verdict.Hold)
        {
            response.StatusCode =
                verdict == Verdict.NotModified ? StatusCodes.Status304NotModified : StatusCodes.Status412PreconditionFailed;
            return Task.CompletedTask;
        }
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = _document.Value.Length;
        return response.Body.WriteAsync(_document.Value, context.RequestAborted).AsTask();
    }

    internal static JsonObject Document(IReadOnlyList<MethodCard> cards, PublicUrl url)
    {
        var schemas = new OpenApiSchemas();
        var paths = new JsonObject();
        foreach (var card in cards)
        {
            if (paths[card.Path] is not JsonObject path)
                paths[card.Path] = path = [];
            path[card.Verb.ToLowerInvariant()] = OpenApiOperation.Of(card, schemas);
        }
        return new()
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Esoz",
                ["version"] = BuildVersion.Number,
                ["description"] = "Central component of eHealth (ЕСОЗ). Every GET answers HEAD too, unknown query parameters are ignored, "
                    + "and an unknown path or verb is 404 in the envelope of its namespace.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = url.ConfiguredBase.Length > 0 ? url.ConfiguredBase : "/" }),
            ["tags"] = new JsonArray([.. cards.Select(OpenApiOperation.Tag).Distinct().Select(tag => new JsonObject { ["name"] = tag })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = OpenApiOperation.SecuritySchemes(),
                ["schemas"] = schemas.Components,
            },
        };
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = PlainJsonEncoder.Instance };
}
