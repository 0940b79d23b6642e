namespace Esoz.SignIn;

/// <summary>Rules that several methods of sign-in have; each card gives them its own number.</summary>
public static class SignInRules
{
    /// <summary>First of all rules of a method with grants, before the members that the grant demands.</summary>
    public static readonly Validation GrantIsNamed = new("0", "grant_type is present",
        Refusal.Unprocessable("Request must include grant_type.", "$.grant_type"));

    public static readonly Validation GrantIsServed = new("0", "grant_type is one that the method serves",
        Refusal.Unauthenticated("invalid_grant", "Grant type not allowed."));

    public static readonly Validation ClientIsNotBlocked = new("0", "client is not blocked",
        Refusal.Unauthenticated("Client is blocked."));

    public static readonly Validation UserIsNotBlocked = new("0", "user is not blocked",
        Refusal.Unauthenticated("user_blocked", "User blocked."));

    /// <summary>Fill in the user: <c>PasswordIsCurrent.With("user_id", …)</c>.</summary>
    public static readonly Validation PasswordIsCurrent = new("0", "password is younger than PASSWORD_EXPIRATION_DAYS",
        Refusal.Unauthenticated("password_expired", "The password expired for user: {user_id}"));

    public static readonly Validation TokenIsNotExpired = new("0", "token is not expired",
        Refusal.Unauthenticated("token_expired", "Token expired."));

    public static readonly Validation ScopeIsOfClientType = new("0", "scope is within the scopes of the client type",
        Refusal.Unprocessable("Scope is not allowed by client type.", "$.scope"));
}
