namespace Esoz.SignIn;

/// <summary>A code of the second factor that is awaited: a row of <c>otps</c> (sign-in §7).</summary>
/// <param name="CodeHmac">Of a code that was sent.</param>
/// <param name="Number">Where it was sent.</param>
/// <param name="Secret">Of a new TOTP factor, encrypted.</param>
public sealed record AwaitedCode(Guid Id, string Type, string? CodeHmac, int Attempts, bool IsExpired, string? Number, string? Secret);
