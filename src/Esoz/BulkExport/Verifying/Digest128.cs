using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Esoz.BulkExport.Verifying;

/// <summary>The first half of a SHA-256: among a billion records the probability of a collision is 10⁻²⁰.</summary>
internal readonly record struct Digest128(ulong High, ulong Low) : IComparable<Digest128>
{
    public static Digest128 Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return new(BinaryPrimitives.ReadUInt64BigEndian(digest), BinaryPrimitives.ReadUInt64BigEndian(digest[sizeof(ulong)..]));
    }

    public int CompareTo(Digest128 other) => High == other.High ? Low.CompareTo(other.Low) : High.CompareTo(other.High);
}
