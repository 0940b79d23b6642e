using System.Security.Cryptography;
using System.Text;

namespace Esoz.SignIn;

/// <summary>
/// What is derived from the key of the installation (HKDF with SHA-256) and neither stored nor shown: the database alone does not tell
/// e-mails, codes and shared secrets (sign-in §7, §13).
/// </summary>
/// <param name="key">Key of the installation.</param>
/// <param name="previous">Former key, with which secrets can still be read; null = none.</param>
public sealed class SignInKeys(string key, string? previous = null)
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _emails = Derive(key, "failed logins");
    private readonly byte[] _codes = Derive(key, "codes");
    private readonly byte[][] _secrets = [.. new[] { key, previous }.OfType<string>().Select(one => Derive(one, "factor secrets"))];

    /// <summary>64 hexadecimal digits that stand for an e-mail among the failures.</summary>
    public string OfEmail(string email) => Mac(_emails, email.ToLowerInvariant());

    /// <summary>64 hexadecimal digits that stand for a code.</summary>
    /// <param name="otp">Row of the code: equal codes differ.</param>
    public string OfCode(Guid otp, string code) => Mac(_codes, $"{otp} {code}");

    /// <summary>Encrypts the secret of a factor (AES-256-GCM).</summary>
    /// <param name="user">Bound to it: the secret of another user cannot be put in its place.</param>
    public string Seal(Guid user, byte[] secret)
    {
        var sealedText = new byte[NonceBytes + secret.Length + TagBytes];
        var nonce = sealedText.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_secrets[0], TagBytes);
        aes.Encrypt(nonce, secret, sealedText.AsSpan(NonceBytes, secret.Length), sealedText.AsSpan(NonceBytes + secret.Length),
            user.ToByteArray());
        return Convert.ToBase64String(sealedText);
    }

    /// <summary>Decrypts it.</summary>
    /// <exception cref="CryptographicException">It was encrypted with another key.</exception>
    public byte[] Open(Guid user, string text)
    {
        var all = Convert.FromBase64String(text);
        var secret = new byte[all.Length - NonceBytes - TagBytes];
        for (var i = 0; ; i++)
        {
            try
            {
                using var aes = new AesGcm(_secrets[i], TagBytes);
                aes.Decrypt(all.AsSpan(0, NonceBytes), all.AsSpan(NonceBytes, secret.Length), all.AsSpan(NonceBytes + secret.Length),
                    secret, user.ToByteArray());
                return secret;
            }
            catch (AuthenticationTagMismatchException) when (i + 1 < _secrets.Length)
            {
                // It may be of the former key.
            }
        }
    }

    private static byte[] Derive(string key, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key), KeyBytes, info: Encoding.UTF8.GetBytes($"esoz sign-in {purpose}"));

    private static string Mac(byte[] key, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
