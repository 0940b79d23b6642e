namespace Esoz.SignIn;

/// <summary>Names of tokens (sign-in §4): each opens one thing only.</summary>
public static class TokenName
{
    public const string Access = "access_token";
    public const string Refresh = "refresh_token";
    public const string AuthorizationCode = "authorization_code";
    public const string SecondFactor = "2fa_access_token";
    public const string ChangePassword = "change_password_token";
}
