using System.Text.Json.Serialization;

namespace Esoz.SignIn;

/// <summary>A new token, as its answer shows it (sign-in §4).</summary>
/// <param name="Value">The secret; shown once.</param>
/// <param name="ExpiresAt">Unix seconds.</param>
public sealed record SignInToken(string Value, Guid UserId, string Name, Guid Id, long ExpiresAt, TokenDetails Details) : IAccessedRecord
{
    [JsonIgnore]
    public IEnumerable<Guid> ObjectIds => [Id, UserId];
}
