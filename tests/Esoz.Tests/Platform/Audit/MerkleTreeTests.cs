using System.Security.Cryptography;
using Esoz.Platform.Audit;

namespace Esoz.Tests.Platform.Audit;

/// <summary>The Merkle tree of RFC 6962 §2.1.</summary>
public sealed class MerkleTreeTests
{
    [Fact(DisplayName = "Without entries it is the hash of nothing; otherwise the root that the recursive definition gives, for any number")]
    public void Roots()
    {
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(MerkleTree.Root([], 2)));
        for (var count = 1; count <= 40; count++)
        {
            var entries = Enumerable.Range(0, count).Select(entry => new[] { (byte)7, (byte)entry }).ToArray();
            Assert.Equal(Defined(entries), MerkleTree.Root(entries.SelectMany(entry => entry).ToArray(), 2));
        }
    }

    /// <summary>MTH(D[n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])), k the largest power of two smaller than n.</summary>
    private static byte[] Defined(ReadOnlySpan<byte[]> entries)
    {
        if (entries.Length == 1)
            return SHA256.HashData([0, .. entries[0]]);
        var k = 1;
        while (k * 2 < entries.Length)
            k *= 2;
        return SHA256.HashData([1, .. Defined(entries[..k]), .. Defined(entries[k..])]);
    }
}
