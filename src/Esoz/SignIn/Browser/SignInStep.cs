namespace Esoz.SignIn.Browser;

/// <summary>
/// The page that a session waits for: PASSWORD → NUMBER (of a second factor that has none) → FACTOR (if the user has one)
/// → ACCESS (if the user wants to see the own sessions) → CONSENT (unless all is approved).
/// </summary>
public static class SignInStep
{
    public const string Password = "PASSWORD";
    public const string Number = "NUMBER";
    public const string Factor = "FACTOR";
    public const string Access = "ACCESS";
    public const string Consent = "CONSENT";
}
