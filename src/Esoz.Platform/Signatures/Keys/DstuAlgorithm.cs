namespace Esoz.Platform.Signatures.Keys;

/// <summary>
/// DSTU 4145 in polynomial basis with a hash function, in one of two orders of bytes. The usual order is the lowest byte first: r‖s, and
/// points and coefficients so, too. The other order is exactly the reverse: s‖r, the highest byte first.
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

    /// <summary>The same bytes, the lowest first.</summary>
    public byte[] Ordered(ReadOnlySpan<byte> bytes)
    {
        var ordered = bytes.ToArray();
        if (IsBigEndian)
            Array.Reverse(ordered);
        return ordered;
    }
}
