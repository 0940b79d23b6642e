using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Esoz.Platform.Access;

/// <summary>SHA-256 of a certificate (DER) in 64 lower-case hexadecimal digits: what an api-key is bound to.</summary>
public static class Thumbprint
{
    private const int Digits = 64;

    public static string Of(X509Certificate2 certificate) => Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256));

    /// <summary>As tools print it: in either case, with colons between the octets or without. Null when it is none.</summary>
    public static string? Parse(string text)
    {
        var digits = text.Replace(":", "", StringComparison.Ordinal);
        return digits.Length == Digits && digits.All(char.IsAsciiHexDigit) ? digits.ToLowerInvariant() : null;
    }
}
