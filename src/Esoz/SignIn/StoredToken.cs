namespace Esoz.SignIn;

/// <summary>A token that somebody presents, of whatever name and whether or not it is still good (sign-in §4).</summary>
/// <param name="IsExpired">By the clock of the database.</param>
/// <param name="IsOfNow">Issued so recently that it stands for the sign-in itself (<see cref="SignInOptions.StepLifetime"/>).</param>
/// <param name="UserIsBlocked">Tokens of a blocked user have ended too.</param>
/// <param name="SessionId">Tokens that descend from one authorization code; null for those of POST /auth/login.</param>
/// <param name="ParentId">Code or refresh token that was exchanged for it.</param>
/// <param name="ConnectionId">Connection whose secret was presented.</param>
/// <param name="UsedAt">First exchange of a code or refresh token.</param>
/// <param name="CodeChallenge">Of an authorization code (RFC 7636, S256).</param>
public sealed record StoredToken(
    Guid Id, string Name, Guid UserId, long ExpiresAt, TokenDetails Details, DateTime InsertedAt, Guid? SessionId, Guid? ParentId,
    Guid? ConnectionId, DateTime? UsedAt, string? CodeChallenge, bool IsExpired, bool IsOfNow, bool UserIsBlocked);
