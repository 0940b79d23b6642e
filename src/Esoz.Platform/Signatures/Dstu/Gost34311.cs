using System.Buffers.Binary;

namespace Esoz.Platform.Signatures.Dstu;

/// <summary>
/// The hash function of GOST 34.311-95 (the same as GOST R 34.11-94, RFC 5831) with a zero starting vector: 32 bytes. The state is four
/// 64-bit words, the lowest first, because the standard numbers them from the right.
/// </summary>
internal ref struct Gost34311
{
    public const int HashLength = 32;

    private const int BlockLength = 32;

    private readonly ReadOnlySpan<uint> _tables;
    private Block _hash;
    private Block _sum;

    private Gost34311(SubstitutionBox box) => _tables = box.Tables;

    public static byte[] Hash(ReadOnlySpan<byte> data, SubstitutionBox box)
    {
        var state = new Gost34311(box);
        var length = (ulong)data.Length * 8;
        for (; data.Length >= BlockLength; data = data[BlockLength..])
            state.Take(Block.Read(data));
        if (data.Length > 0)
        {
            Span<byte> padded = stackalloc byte[BlockLength];
            padded.Clear();
            data.CopyTo(padded);
            state.Take(Block.Read(padded));
        }
        state.Step(new Block(length, 0, 0, 0));
        state.Step(state._sum);
        var hash = new byte[HashLength];
        state._hash.Write(hash);
        return hash;
    }

    private void Take(in Block block)
    {
        var sum = new Block();
        var carry = UInt128.Zero;
        carry = Add(_sum.W0, block.W0, carry, out sum.W0);
        carry = Add(_sum.W1, block.W1, carry, out sum.W1);
        carry = Add(_sum.W2, block.W2, carry, out sum.W2);
        _ = Add(_sum.W3, block.W3, carry, out sum.W3);
        _sum = sum;
        Step(block);
    }

    private static UInt128 Add(ulong left, ulong right, UInt128 carry, out ulong sum)
    {
        var whole = carry + left + right;
        sum = (ulong)whole;
        return whole >> 64;
    }

    /// <summary>
    /// The step function χ: derives four keys from hash and block, enciphers each quarter of the hash with one, then mixes.
    /// </summary>
    private void Step(in Block block)
    {
        var u = _hash;
        var v = block;
        var enciphered = new Block();
        enciphered.W0 = Encipher(u ^ v, _hash.W0);
        u = u.A();
        v = v.A().A();
        enciphered.W1 = Encipher(u ^ v, _hash.W1);
        u = u.A() ^ Block.C3;
        v = v.A().A();
        enciphered.W2 = Encipher(u ^ v, _hash.W2);
        u = u.A();
        v = v.A().A();
        enciphered.W3 = Encipher(u ^ v, _hash.W3);
        _hash = (_hash ^ (block ^ enciphered.Psi(12)).Psi(1)).Psi(61);
    }

    /// <summary>GOST 28147 in ECB mode: 32 rounds on one 64-bit word.</summary>
    private readonly ulong Encipher(in Block key, ulong word)
    {
        Span<uint> keys = stackalloc uint[8];
        // The permutation P: the k-th key word consists of the k-th byte of each of the four words.
        for (var k = 0; k < 8; k++)
        {
            var shift = 8 * k;
            keys[k] = (byte)(key.W0 >> shift) | ((uint)(byte)(key.W1 >> shift) << 8)
                | ((uint)(byte)(key.W2 >> shift) << 16) | ((uint)(byte)(key.W3 >> shift) << 24);
        }
        var low = (uint)word;
        var high = (uint)(word >> 32);
        for (var turn = 0; turn < 3; turn++)
        {
            for (var k = 0; k < 8; k += 2)
            {
                high ^= Round(low + keys[k]);
                low ^= Round(high + keys[k + 1]);
            }
        }
        for (var k = 7; k > 0; k -= 2)
        {
            high ^= Round(low + keys[k]);
            low ^= Round(high + keys[k - 1]);
        }
        return ((ulong)low << 32) | high;
    }

    private readonly uint Round(uint sum) =>
        _tables[(int)(sum & 0xFF)] ^ _tables[(int)(256 + ((sum >> 8) & 0xFF))] ^ _tables[(int)(512 + ((sum >> 16) & 0xFF))] ^ _tables[
            (int)(768 + (sum >> 24))];

    private struct Block(ulong w0, ulong w1, ulong w2, ulong w3)
    {
        public ulong W0 = w0, W1 = w1, W2 = w2, W3 = w3;

        public static Block C3 => new(0xFF00_FF00_FF00_FF00, 0x00FF_00FF_00FF_00FF, 0xFF00_00FF_00FF_FF00, 0xFF00_FFFF_0000_00FF);

        public static Block Read(ReadOnlySpan<byte> bytes) => new(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));

        public readonly void Write(Span<byte> bytes)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, W0);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], W1);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], W2);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], W3);
        }

        public static Block operator ^(in Block left, in Block right) =>
            new(left.W0 ^ right.W0, left.W1 ^ right.W1, left.W2 ^ right.W2, left.W3 ^ right.W3);

        public readonly Block A() => new(W1, W2, W3, W0 ^ W1);

        /// <summary>
        /// Applies the mixing ψ <paramref name="times"/> times: a shift register of sixteen 16-bit words with feedback from words 1, 2, 3,
        /// 4, 13 and 16.
        /// </summary>
        public readonly Block Psi(int times)
        {
            Span<ushort> register = stackalloc ushort[16 + 61];
            for (var i = 0; i < 4; i++)
            {
                register[i] = (ushort)(W0 >> (16 * i));
                register[i + 4] = (ushort)(W1 >> (16 * i));
                register[i + 8] = (ushort)(W2 >> (16 * i));
                register[i + 12] = (ushort)(W3 >> (16 * i));
            }
            for (var i = 0; i < times; i++)
                register[i + 16] =
                    (ushort)(register[i] ^ register[i + 1] ^ register[i + 2] ^ register[i + 3] ^ register[i + 12] ^ register[i + 15]);
            return new(
                Word(register[times..]), Word(register[(times + 4)..]), Word(register[(times + 8)..]), Word(register[(times + 12)..]));
        }

        private static ulong Word(ReadOnlySpan<ushort> register) =>
            register[0] | ((ulong)register[1] << 16) | ((ulong)register[2] << 32) | ((ulong)register[3] << 48);
    }
}
