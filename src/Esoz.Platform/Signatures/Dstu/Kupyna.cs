using System.Buffers.Binary;

namespace Esoz.Platform.Signatures.Dstu;

/// <summary>
/// The hash function of DSTU 7564:2014 (Купина) with 32, 48 or 64 bytes. The state is 8 columns of 64 bits, or 16 for hashes above 32 bytes,
/// the first row in the lowest byte of a column.
/// </summary>
internal sealed class Kupyna
{
    private const int Rows = 8;
    private const int LengthBytes = 12;

    /// <summary>First row of the circulant matrix that columns are mixed with.</summary>
    private static readonly byte[] Matrix = [1, 1, 5, 1, 8, 6, 7, 4];

    /// <summary>The substitutions π0 … π3 of the standard; row i takes number i mod 4.</summary>
    private static readonly byte[][] Substitutions =
    [
        .. new[]
        {
        "A8435F066B756C5971DF879517F0D8096DF31DCBC94D2CAF79E097FD6F4B45393EDDA34FB4B69A0E1FBF15E149D293C692729E61D163FAEEF419D5AD58A4BBA1" +
        "DCF2833742E47A329CCCAB4A8F6E04272EE7E25A9616232BC265660FBCA947413448FCB76A88A55386F95BDB387BC31E2233242836C7B23B8E77BAF5149F0855" +
        "9B4CFE605CDA1846CD7D21B03F1B89FFEB84693A9DD7D3706740B5DE5D3091B1781101E5006898A0C502A6742D0BA276B3BECEBDAEE98A311CECF19994AAF626" +
        "2FEFE88C3503D47FFB05C15E90203D82F7EA0A0D7EF8501AC40757B83C62E3C8AC526410D0D9130C122951B9CFD6738D8154C0ED4E44A72A8525E6CA7C8B5680",
        "CEBBEB92EACB13C1E93AD6B2D29017F8421556B4651C8843C55C36BAF557678D31F664589EF422AA750F02B1DF6D734D7C262EF7085D443E9F14C8AE5410D8BC" +
        "1A6B69F3BD33ABFAD19B684E169591EE4C638E5BCC3C19A181497BD96F3760CAE72B48FD9645FC41120D79E5898CE32030DCB76C4AB53F97D4622D06A4A5835F" +
        "2ADAC9007EA255BF11D59CCF0E0A3D517D931BFEC44709860B8F9D6A07B9B0981832714BEF3B70A0E440FFC3A9E678F98B46801E38E1B8A8E00C23761D252405" +
        "F16E94289A84E8A34F77D385E252F282507A2F7453B361AF3935DECD1F99ACAD722CDDD087BE5EA6EC04C60334FBDB59B6C201F05AEDA766217F8A27C7C029D7",
        "93D99AB5982245FCBA6ADF029FDC51594A172BC294F4BBA362E471D4CD7016E1493CC0D85C9BAD8553A17AC82DE0D172A62CC4E37678B7B4093B0E414CDEB290" +
        "25A5D7031100C32E92EF4E129D7DCB3510D54F9E4DA955C6D07B1897D336E64856818F77CC9CB9E2ACB82F15A47CDA381E0B05D6146E6C7E66FDB1E560AF5E33" +
        "87C9F05D6D3F888DC7F71DE9ECED802927CF99A8500F3724283095D23E5B4083B369571F071C8ABC20EBCE8EABEE31A273F9CA3A1AFB0DC1FEFAF26FBD96DD43" +
        "52B608F3AEBE19893226B0EA4B6484826BF579BF015F75631B233D682A65E891F6FF1358F1470A7FC5A7E7615A0646444204A0DB398654AA8C34218BF80C7467",
        "688DCA4D734B4E2AD45226B3541E191F2203463D2D4A5383138AB7D52579F5BD582F0D02ED519E11F23E555ED1163C66705DF34540CCE8945608CE1A3AD2E1DF" +
        "B5386E0EE5F4F986E94FD68523CF32993114AEEEC848D330A19241B118C42C71724415FD37BE5FAA9B88D8AB899CFA60EABC620C24A6A8EC6720DB7C28DDAC5B" +
        "347E10F17B8F63A0059A437721BF2709C39FB6D729C2EBC0A48B8C1DFBFFC1B2972EF865F67507044933E4D9B9D042C76C90008E6F5001C5DA473FCD69A2E27A" +
        "A7C6930F0A06E62B96A31CAF6A128439E7B082F7FE9D875C8135DEB4A5FC80EFCBBB6B76BA5A7D780B95E3AD74983B36646DDCF059A94C177F91B8C9571BE061",
        }.Select(Convert.FromHexString),
    ];

    /// <summary>What a byte of each row contributes to its mixed column: substituted, times a column of the matrix.</summary>
    private static readonly ulong[][] Tables = [.. Enumerable.Range(0, Rows).Select(Table)];

    private readonly int _columns;
    private readonly int _rounds;
    private readonly ulong[] _state;

    private Kupyna(int hashLength)
    {
        (_columns, _rounds) = hashLength <= 32 ? (8, 10) : (16, 14);
        _state = new ulong[_columns];
        // The starting vector has one bit: that of its own length in the first byte.
        _state[0] = (ulong)_columns * Rows;
    }

    /// <param name="hashLength">32, 48 or 64.</param>
    public static byte[] Hash(ReadOnlySpan<byte> data, int hashLength)
    {
        var kupyna = new Kupyna(hashLength);
        var blockLength = kupyna._columns * Rows;
        var bits = (ulong)data.Length * 8;
        for (; data.Length >= blockLength; data = data[blockLength..])
            kupyna.Take(data[..blockLength]);

        Span<byte> padded = new byte[data.Length + 1 + LengthBytes <= blockLength ? blockLength : 2 * blockLength];
        data.CopyTo(padded);
        padded[data.Length] = 0x80;
        BinaryPrimitives.WriteUInt64LittleEndian(padded[^LengthBytes..], bits);
        for (var at = 0; at < padded.Length; at += blockLength)
            kupyna.Take(padded.Slice(at, blockLength));
        return kupyna.End(hashLength);
    }

    private void Take(ReadOnlySpan<byte> block)
    {
        Span<ulong> left = stackalloc ulong[_columns];
        Span<ulong> right = stackalloc ulong[_columns];
        for (var i = 0; i < _columns; i++)
        {
            right[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(i * Rows)..]);
            left[i] = right[i] ^ _state[i];
        }
        Permute(left, isAdding: false);
        Permute(right, isAdding: true);
        for (var i = 0; i < _columns; i++)
            _state[i] ^= left[i] ^ right[i];
    }

    private byte[] End(int hashLength)
    {
        Span<ulong> last = stackalloc ulong[_columns];
        _state.CopyTo(last);
        Permute(last, isAdding: false);
        var bytes = new byte[_columns * Rows];
        for (var i = 0; i < _columns; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * Rows), last[i] ^ _state[i]);
        return bytes[^hashLength..];
    }

    /// <summary>The permutation T⊕, or T⁺ when round constants are added instead.</summary>
    private void Permute(Span<ulong> state, bool isAdding)
    {
        Span<ulong> next = stackalloc ulong[_columns];
        for (var round = 0; round < _rounds; round++)
        {
            for (var i = 0; i < _columns; i++)
            {
                if (isAdding)
                    state[i] += 0x00F0F0F0F0F0F0F3 + ((ulong)(((_columns - i - 1) * 0x10) ^ round) << 56);
                else
                    state[i] ^= ((ulong)i << 4) ^ (ulong)round;
            }
            next.Clear();
            for (var row = 0; row < Rows; row++)
            {
                // Rows are shifted by their numbers, but for the last one of the wide state.
                var shift = row == Rows - 1 && _columns == 16 ? 11 : row;
                for (var i = 0; i < _columns; i++)
                    next[(i + shift) & (_columns - 1)] ^= Tables[row][(byte)(state[i] >> (8 * row))];
            }
            next.CopyTo(state);
        }
    }

    private static ulong[] Table(int row)
    {
        var table = new ulong[256];
        for (var value = 0; value < 256; value++)
        {
            for (var i = 0; i < Rows; i++)
                table[value] |= (ulong)Times(Substitutions[row % 4][value], Matrix[(row - i + Rows) % Rows]) << (8 * i);
        }
        return table;
    }

    /// <summary>Product in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1.</summary>
    private static byte Times(int left, int right)
    {
        var product = 0;
        for (; right > 0; right >>= 1)
        {
            product ^= (right & 1) * left;
            left = (left << 1) ^ (left >= 0x80 ? 0x11D : 0);
        }
        return (byte)product;
    }
}
