using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Crypto.Generators;

namespace Esoz.SignIn;

/// <summary>
/// Hashes of passwords as PHC strings, which have algorithm and parameters beside salt and hash: PBKDF2 with HMAC-SHA-512
/// (sign-in §13, docs/adr/0036-passwords.md). Hashes of bcrypt, which imported users have, are verified too.
/// </summary>
public static partial class PasswordHash
{
    /// <summary>Those of new hashes; a tenth of a second of one core.</summary>
    public const int Iterations = 210_000;

    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>A hash that no password has, as costly as a real one: for e-mails that nobody has.</summary>
    public static readonly string OfNobody = Compose(Iterations, new byte[SaltBytes], new byte[HashBytes]);

    /// <summary>A new hash with a new salt.</summary>
    public static string Of(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return Compose(Iterations, salt, Derive(password, salt, Iterations, HashBytes));
    }

    /// <summary>Compares in constant time.</summary>
    /// <exception cref="FormatException">The stored hash has another form.</exception>
    public static bool Matches(string password, string stored)
    {
        if (Bcrypt().IsMatch(stored))
            return OpenBsdBCrypt.CheckPassword(stored, PasswordText.Normal(password).ToCharArray());
        var (iterations, salt, hash) = Parse(stored);
        return CryptographicOperations.FixedTimeEquals(Derive(password, salt, iterations, hash.Length), hash);
    }

    /// <summary>Whether it was made with another algorithm or other parameters than those of today.</summary>
    public static bool IsOutdated(string stored) =>
        Bcrypt().IsMatch(stored) || Parse(stored) is not { Iterations: Iterations, Salt.Length: SaltBytes, Hash.Length: HashBytes };

    private static byte[] Derive(string password, byte[] salt, int iterations, int length) =>
        Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(PasswordText.Normal(password)), salt, iterations, HashAlgorithmName.SHA512, length);

    private static string Compose(int iterations, byte[] salt, byte[] hash) => string.Create(CultureInfo.InvariantCulture,
        $"$pbkdf2-sha512$i={iterations},l={hash.Length}${Unpadded(salt)}${Unpadded(hash)}");

    private static (int Iterations, byte[] Salt, byte[] Hash) Parse(string stored) => Pbkdf2().Match(stored) is { Success: true } parts
        ? (int.Parse(parts.Groups[1].ValueSpan, CultureInfo.InvariantCulture), Padded(parts.Groups[2].Value), Padded(parts.Groups[3].Value))
        : throw new FormatException("The hash of a password has an unknown form.");

    private static string Unpadded(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] Padded(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));

    [GeneratedRegex(@"^\$pbkdf2-sha512\$i=(\d{1,8})(?:,l=\d+)?\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)\z")]
    private static partial Regex Pbkdf2();

    [GeneratedRegex(@"^\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}\z")]
    private static partial Regex Bcrypt();
}
