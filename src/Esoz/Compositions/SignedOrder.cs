using System.Text.Encodings.Web;
using System.Text.Json;

namespace Esoz.Compositions;

/// <summary>
/// A signed order about a composition, to sign or to cancel it: payload of the task that executes it (compositions §5, §6).
/// </summary>
/// <param name="UserId">User who sent it.</param>
/// <param name="Data">Base64 of the container.</param>
public sealed record SignedOrder(Guid CompositionId, Guid UserId, string Data)
{
    /// <summary>Base64 needs no escapes, but the default encoder escapes every plus sign, which takes three times as long.</summary>
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerOptions.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal string ToPayload() => JsonSerializer.Serialize(this, Plain);

    internal static SignedOrder Of(string payload) => JsonSerializer.Deserialize<SignedOrder>(payload, JsonSerializerOptions.Web)!;

    internal byte[] Container => Convert.FromBase64String(Data);
}
