namespace Esoz.SignIn;

/// <summary>Types of second factors (sign-in §7).</summary>
public static class FactorType
{
    /// <summary>A code is sent to a phone.</summary>
    public const string Sms = "SMS";

    /// <summary>A device makes codes of a shared secret (RFC 6238).</summary>
    public const string Totp = "TOTP";
}
