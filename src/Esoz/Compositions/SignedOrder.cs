using System.Text.Encodings.Web;
using System.Text.Json;

namespace Esoz.Compositions;

/// <summary>
/// A signed order about a composition, to sign or to cancel it: payload of the task that carries it out (compositions §5, §6).
/// </summary>
/// <param name="UserId">Who sent it.</param>
/// <param name="Data">Base64 of the container.</param>
public sealed record SignedOrder(Guid CompositionId, Guid UserId, string Data)
{
    /// <summary>Nothing in base64 needs an escape, but by default every plus sign would get one, which takes three times as long.</summary>
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerOptions.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal string ToPayload() => JsonSerializer.Serialize(this, Plain);

    internal static SignedOrder Of(string payload) => JsonSerializer.Deserialize<SignedOrder>(payload, JsonSerializerOptions.Web)!;

    internal byte[] Container => Convert.FromBase64String(Data);
}
