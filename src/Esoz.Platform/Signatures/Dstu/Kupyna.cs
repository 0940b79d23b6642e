using Org.BouncyCastle.Crypto.Digests;

namespace Esoz.Platform.Signatures.Dstu;

/// <summary>The hash function of DSTU 7564:2014 (Купина).</summary>
internal static class Kupyna
{
    /// <param name="length">Length of the hash in bytes: 32, 48 or 64.</param>
    public static byte[] Hash(ReadOnlySpan<byte> data, int length)
    {
        var digest = new Dstu7564Digest(length * 8);
        digest.BlockUpdate(data);
        var hash = new byte[length];
        digest.DoFinal(hash);
        return hash;
    }
}
