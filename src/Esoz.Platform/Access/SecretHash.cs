using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Esoz.Platform.Access;

/// <summary>
/// SHA-256 of a token or api-key. Secrets are 256 random bits, so a plain digest is sufficient; only the digest is stored (platform §3).
/// </summary>
public readonly record struct SecretHash
{
    private readonly Int128 _high;
    private readonly Int128 _low;

    private SecretHash(ReadOnlySpan<byte> digest) =>
        (_high, _low) = (System.Buffers.Binary.BinaryPrimitives.ReadInt128BigEndian(digest),
            System.Buffers.Binary.BinaryPrimitives.ReadInt128BigEndian(digest[16..]));

    public static SecretHash Of(string secret)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(secret), digest);
        return new(digest);
    }

    /// <summary>A new secret of 256 bits, URL-safe; shown only once, to the caller that requested it.</summary>
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The digest as stored: 64 lower-case hexadecimal digits.</summary>
    public string Hex
    {
        get
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            System.Buffers.Binary.BinaryPrimitives.WriteInt128BigEndian(digest, _high);
            System.Buffers.Binary.BinaryPrimitives.WriteInt128BigEndian(digest[16..], _low);
            return Convert.ToHexStringLower(digest);
        }
    }

    /// <summary>Compares with a stored digest in constant time.</summary>
    public bool Matches(string storedHex) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hex), Encoding.ASCII.GetBytes(storedHex));

    /// <summary>Hides the digest from logs.</summary>
    public override string ToString() => "(hash)";
}
