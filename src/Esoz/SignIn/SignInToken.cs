using System.Text.Json.Serialization;
using Esoz.Platform;

namespace Esoz.SignIn;

/// <summary>A new token, as its answer shows it (sign-in §4).</summary>
/// <param name="Value">The secret; shown once.</param>
/// <param name="ExpiresAt">Unix seconds.</param>
/// <param name="Details">Null where the page leaves it out.</param>
public sealed record SignInToken(
    string Value, Guid UserId, string Name, Guid Id, long ExpiresAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TokenDetails? Details) : IAccessedRecord
{
    [JsonIgnore]
    public IEnumerable<Guid> ObjectIds => [Id, UserId];
}
