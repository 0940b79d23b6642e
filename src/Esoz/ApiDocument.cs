using System.Text.Json.Nodes;
using Esoz.Codes;

namespace Esoz;

/// <summary>
/// The OpenAPI document of the registry. What the cards do not know is in <c>ApiDocument.json</c>, descriptions in <c>ApiTexts.json</c>.
/// </summary>
public static class ApiDocument
{
    public static OpenApiParts Parts { get; } = new(Read());

    /// <summary>
    /// The document of this build as it is kept in <c>docs/openapi.json</c>: for the address on which <c>serve</c> listens, and of the last
    /// release, so that it changes only with the methods.
    /// </summary>
    public static JsonObject Kept() =>
        OpenApi.Document(Methods.All, Parts, new PublicUrl("http://127.0.0.1:5080"), BuildVersion.Number.Split('-')[0]);

    private static JsonObject Read()
    {
        var parts = Read("ApiDocument.json");
        var types = EmployeeType.All.Where(EmployeeType.HasRoleBlock).Select(type => JsonValue.Create(type.ToLowerInvariant()));
        parts["names"] = new JsonObject { ["role_block_by_type"] = new JsonArray([.. types]) };
        parts["texts"] = Read("ApiTexts.json");
        return parts;
    }

    private static JsonObject Read(string name)
    {
        using var file = typeof(ApiDocument).Assembly.GetManifestResourceStream(name)!;
        return JsonNode.Parse(file)!.AsObject();
    }
}
