using System.Security.Cryptography;

namespace Esoz.Platform.Audit;

/// <summary>The root of a Merkle tree as in RFC 6962 §2.1, with SHA-256.</summary>
internal static class MerkleTree
{
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <param name="entries">Entries of equal size, one after another; without one the root is the hash of nothing.</param>
    /// <param name="size">Bytes of one entry.</param>
    public static byte[] Root(ReadOnlySpan<byte> entries, int size)
    {
        if (entries.IsEmpty)
            return SHA256.HashData(entries);
        var count = entries.Length / size;
        var level = new byte[count * HashSize];
        Span<byte> leaf = stackalloc byte[1 + size];
        leaf[0] = 0;
        for (var i = 0; i < count; i++)
        {
            entries.Slice(i * size, size).CopyTo(leaf[1..]);
            SHA256.HashData(leaf, level.AsSpan(i * HashSize));
        }
        // Pairs from the left; the last one of an odd level goes up as it is, which gives the tree of the RFC.
        Span<byte> node = stackalloc byte[1 + 2 * HashSize];
        node[0] = 1;
        for (; count > 1; count = (count + 1) / 2)
        {
            for (var pair = 0; pair < count / 2; pair++)
            {
                level.AsSpan(pair * 2 * HashSize, 2 * HashSize).CopyTo(node[1..]);
                SHA256.HashData(node, level.AsSpan(pair * HashSize));
            }
            if (count % 2 == 1)
                level.AsSpan((count - 1) * HashSize, HashSize).CopyTo(level.AsSpan(count / 2 * HashSize));
        }
        return level[..HashSize];
    }
}
