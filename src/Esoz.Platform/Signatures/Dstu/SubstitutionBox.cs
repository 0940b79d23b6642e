namespace Esoz.Platform.Signatures.Dstu;

/// <summary>
/// The long-term key element (ДКЕ) of GOST 28147: eight substitutions of four bits. The packed form of key parameters has 64 bytes: eight
/// rows of eight bytes, with two values per byte, the high half first; the first row applies to the lowest four bits.
/// </summary>
public sealed class SubstitutionBox
{
    public const int PackedLength = 64;

    private const int RoundRotation = 11;

    private readonly uint[] _tables;

    private SubstitutionBox(byte[] packed, uint[] tables) => (Packed, _tables) = (packed, tables);

    /// <summary>ДКЕ № 1 of the instruction of 2007, the default when parameters specify none.</summary>
    public static SubstitutionBox First { get; } = Read(Convert.FromHexString(
        "A9D6EB45F13C708280C4967B231F5EADF658EBA4C037291D38D96BF025CA4E17F8E9720DC615B43A28975F0BC1DEA36438B564EA2C179FD0123E6DB8FAC57904"))!;

    public byte[] Packed { get; }

    /// <summary>Four tables of 256 entries: the contribution of each byte of the round's sum, substituted and rotated.</summary>
    public ReadOnlySpan<uint> Tables => _tables;

    /// <summary>Null unless there are 64 bytes and every row is a permutation.</summary>
    public static SubstitutionBox? Read(ReadOnlySpan<byte> packed)
    {
        if (packed.Length != PackedLength)
            return null;
        var rows = new uint[8 * 16];
        for (var i = 0; i < packed.Length; i++)
            (rows[2 * i], rows[(2 * i) + 1]) = ((uint)packed[i] >> 4, packed[i] & 15u);
        for (var row = 0; row < 8; row++)
        {
            if (rows.Skip(16 * row).Take(16).Distinct().Count() != 16)
                return null;
        }

        var tables = new uint[4 * 256];
        for (var at = 0; at < 4; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                var substituted = rows[(32 * at) + (value & 15)] | (rows[(32 * at) + 16 + (value >> 4)] << 4);
                tables[(256 * at) + value] = uint.RotateLeft(substituted << (8 * at), RoundRotation);
            }
        }
        return new SubstitutionBox(packed.ToArray(), tables);
    }
}
