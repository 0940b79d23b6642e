using System.Buffers.Binary;

namespace Esoz.Platform.Compression;

/// <summary>
/// The parts of one gzip member that is assembled instead of being compressed as a whole (RFC 1951, 1952): <see cref="Header"/>, deflate
/// blocks that end on byte boundaries, and <see cref="End"/>. Blocks may be stored (<see cref="Stored"/>) or created by
/// <see cref="GzipPieces"/>. Any client reads the result as an ordinary gzip file.
/// </summary>
public static class GzipMember
{
    /// <summary>Length of <see cref="End"/>: an empty final block, checksum, length.</summary>
    public const int EndLength = 5 + 8;

    private const int MaxStoredBlockLength = ushort.MaxValue;
    private const int StoredBlockHeader = 5;

    /// <summary>No name, no time, system unknown.</summary>
    public static ReadOnlySpan<byte> Header => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];

    /// <summary>A member without content; nothing at all is no gzip file.</summary>
    public static byte[] Empty { get; } = [.. Header, .. End(crc: 0, plainLength: 0)];

    /// <summary>The bytes as uncompressed, non-final blocks.</summary>
    public static byte[] Stored(ReadOnlySpan<byte> bytes)
    {
        var blocks = (bytes.Length + MaxStoredBlockLength - 1) / MaxStoredBlockLength;
        var stored = new byte[bytes.Length + (blocks * StoredBlockHeader)];
        var rest = stored.AsSpan();
        while (bytes.Length > 0)
        {
            var length = Math.Min(bytes.Length, MaxStoredBlockLength);
            rest[0] = 0;
            BinaryPrimitives.WriteUInt16LittleEndian(rest[1..], (ushort)length);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[3..], (ushort)~length);
            bytes[..length].CopyTo(rest[StoredBlockHeader..]);
            bytes = bytes[length..];
            rest = rest[(StoredBlockHeader + length)..];
        }
        return stored;
    }

    /// <param name="crc">Checksum of the member's whole content.</param>
    /// <param name="plainLength">Length of the content before compression.</param>
    public static byte[] End(uint crc, long plainLength)
    {
        var end = new byte[EndLength];
        end[0] = 1;
        end[3] = end[4] = 0xFF;
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(5), crc);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(9), (uint)plainLength);
        return end;
    }

    /// <summary>The checksum in an end.</summary>
    public static uint CrcOf(ReadOnlySpan<byte> end) => BinaryPrimitives.ReadUInt32LittleEndian(end[5..]);
}
