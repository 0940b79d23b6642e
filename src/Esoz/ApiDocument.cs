using System.Text.Json.Nodes;
using Esoz.Platform;
using Esoz.Platform.Http;

namespace Esoz;

/// <summary>The OpenAPI document of the registry. What the cards do not know is in <c>ApiDocument.json</c>.</summary>
public static class ApiDocument
{
    public static OpenApiParts Parts { get; } = new(Read());

    /// <summary>
    /// The document of this build as it is kept in <c>docs/openapi.json</c>: for no particular server, and of the last release, so that it
    /// changes only with the methods.
    /// </summary>
    public static JsonObject Kept() => OpenApi.Document(Methods.All, Parts, new PublicUrl(""), BuildVersion.Number.Split('-')[0]);

    private static JsonObject Read()
    {
        using var file = typeof(ApiDocument).Assembly.GetManifestResourceStream("ApiDocument.json")!;
        return JsonNode.Parse(file)!.AsObject();
    }
}
