using System.Text.Json.Serialization;

namespace Esoz.SignIn;

/// <summary>A new token as Init factor shows it: without <c>details</c> (sign-in §7).</summary>
/// <param name="Value">The secret; shown once.</param>
/// <param name="ExpiresAt">Unix seconds.</param>
public sealed record BareToken(string Value, Guid UserId, string Name, Guid Id, long ExpiresAt) : IAccessedRecord
{
    [JsonIgnore]
    public IEnumerable<Guid> ObjectIds => [Id, UserId];

    public static BareToken Of(SignInToken token) => new(token.Value, token.UserId, token.Name, token.Id, token.ExpiresAt);
}
