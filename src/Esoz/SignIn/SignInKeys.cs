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
    private readonly byte[][] _carried = [.. new[] { key, previous }.OfType<string>().Select(one => Derive(one, "carried by a browser"))];

    /// <summary>64 hexadecimal digits that stand for an e-mail among the failures.</summary>
    public string OfEmail(string email) => Mac(_emails, email.ToLowerInvariant());

    /// <summary>64 hexadecimal digits that stand for a code.</summary>
    /// <param name="otp">Row of the code: equal codes differ.</param>
    public string OfCode(Guid otp, string code) => Mac(_codes, $"{otp} {code}");

    /// <summary>Encrypts the secret of a factor (AES-256-GCM).</summary>
    /// <param name="user">Bound to it: the secret of another user cannot be put in its place.</param>
    public string Seal(Guid user, byte[] secret) => Convert.ToBase64String(Encrypt(_secrets[0], user.ToByteArray(), secret));

    /// <summary>Decrypts it.</summary>
    /// <exception cref="CryptographicException">It was encrypted with another key.</exception>
    public byte[] Open(Guid user, string text) => Decrypt(_secrets, user.ToByteArray(), Convert.FromBase64String(text));

    /// <summary>Encrypts what a browser carries from one page to another.</summary>
    /// <param name="purpose">Bound to it: what was encrypted for another purpose cannot be put in its place.</param>
    public byte[] Protect(string purpose, byte[] content) => Encrypt(_carried[0], Encoding.UTF8.GetBytes(purpose), content);

    /// <summary>Decrypts it.</summary>
    /// <exception cref="CryptographicException">It was not encrypted here, or with another key or for another purpose.</exception>
    public byte[] Unprotect(string purpose, byte[] content) => Decrypt(_carried, Encoding.UTF8.GetBytes(purpose), content);

    private static byte[] Encrypt(byte[] key, byte[] bound, byte[] content)
    {
        var all = new byte[NonceBytes + content.Length + TagBytes];
        var nonce = all.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, content, all.AsSpan(NonceBytes, content.Length), all.AsSpan(NonceBytes + content.Length), bound);
        return all;
    }

    private static byte[] Decrypt(byte[][] keys, byte[] bound, byte[] all)
    {
        if (all.Length < NonceBytes + TagBytes)
            throw new CryptographicException("It is too short to have been encrypted here.");
        var content = new byte[all.Length - NonceBytes - TagBytes];
        for (var i = 0; ; i++)
        {
            try
            {
                using var aes = new AesGcm(keys[i], TagBytes);
                aes.Decrypt(all.AsSpan(0, NonceBytes), all.AsSpan(NonceBytes, content.Length), all.AsSpan(NonceBytes + content.Length),
                    content, bound);
                return content;
            }
            catch (AuthenticationTagMismatchException) when (i + 1 < keys.Length)
            {
                // It may be of the former key.
            }
        }
    }

    private static byte[] Derive(string key, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key), KeyBytes, info: Encoding.UTF8.GetBytes($"esoz sign-in {purpose}"));

    private static string Mac(byte[] key, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
