namespace Esoz.Platform.Signatures.Keys;

/// <summary>
/// DSTU 4145 in polynomial basis with a hash function, in one of two byte orders. The usual order is little-endian: r‖s, and also points
/// and coefficients. The other order is exactly the reverse: s‖r, big-endian.
/// </summary>
public sealed record DstuAlgorithm(string Oid, DigestAlgorithm Digest, bool IsBigEndian)
{
    public static DstuAlgorithm LittleEndian { get; } = new("1.2.804.2.1.1.1.1.3.1.1", DigestAlgorithm.Gost34311, false);

    public static DstuAlgorithm BigEndian { get; } = new("1.2.804.2.1.1.1.1.3.1.1.1.1", DigestAlgorithm.Gost34311, true);

    private static DstuAlgorithm[] All { get; } =
    [
        LittleEndian, BigEndian,
        new("1.2.804.2.1.1.1.1.3.6.1.1", DigestAlgorithm.Kupyna256, false),
        new("1.2.804.2.1.1.1.1.3.6.2.1", DigestAlgorithm.Kupyna384, false),
        new("1.2.804.2.1.1.1.1.3.6.3.1", DigestAlgorithm.Kupyna512, false),
    ];

    public static DstuAlgorithm? ByOid(string oid) => Array.Find(All, algorithm => algorithm.Oid == oid);

    /// <summary>The same bytes in little-endian order.</summary>
    public byte[] Ordered(ReadOnlySpan<byte> bytes)
    {
        var ordered = bytes.ToArray();
        if (IsBigEndian)
            Array.Reverse(ordered);
        return ordered;
    }
}
