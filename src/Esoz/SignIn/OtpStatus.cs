namespace Esoz.SignIn;

/// <summary>States of an awaited code that the program writes (sign-in §16).</summary>
public static class OtpStatus
{
    public const string New = "NEW";
    public const string Verified = "VERIFIED";
}
