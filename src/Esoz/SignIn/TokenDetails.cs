using System.Text.Json.Serialization;

namespace Esoz.SignIn;

/// <summary>
/// <c>details</c> of a token (sign-in §4). Which members there are depends on the token; their order is the same for all.
/// </summary>
/// <param name="Scope">What it opens, names joined by one space; empty for a 2fa_access_token, null for a code.</param>
/// <param name="ScopeRequest">What is asked for and not granted yet: of codes and 2fa_access_tokens.</param>
/// <param name="RefreshToken">Value, in the answer only: it is not stored.</param>
/// <param name="GrantType">How it was asked for.</param>
/// <param name="AppId">Id of the approval, of codes.</param>
public sealed record TokenDetails(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Scope,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ScopeRequest,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RefreshToken,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RedirectUri,
    string GrantType,
    Guid ClientId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? AppId)
{
    /// <summary>Those of an access_token, or of a change_password_token.</summary>
    public static TokenDetails Granted(string scope, string grantType, Guid client) =>
        new(scope, null, null, null, grantType, client, null);

    /// <summary>Those of a 2fa_access_token.</summary>
    public static TokenDetails Requested(string scope, string grantType, Guid client) =>
        new("", scope, null, null, grantType, client, null);

    /// <summary>Those of an authorization_code.</summary>
    public static TokenDetails OfCode(string scope, string redirectUri, Guid client, Guid app) =>
        new(null, scope, null, redirectUri, "password", client, app);
}
