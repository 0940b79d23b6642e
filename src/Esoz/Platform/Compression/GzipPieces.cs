using System.Buffers.Binary;
using System.IO.Compression;

namespace Esoz.Platform.Compression;

/// <summary>
/// Compresses a run of bytes piece by piece (zlib level 1) into deflate blocks that end on a byte border and refer to nothing before
/// their piece, so that any row of pieces can be put into one gzip member (<see cref="GzipMember"/>) without compressing again.
/// Also keeps the checksum of everything since the beginning, which the compressor works out anyway.
/// </summary>
/// <param name="output">Takes the blocks as they come.</param>
public sealed class GzipPieces(Stream output) : IDisposable
{
    private readonly ZlibOutput zlib = new(output);
    private GZipStream? piece;
    private long pieceLength;

    /// <summary>Checksum of all pieces that are ended.</summary>
    public uint Crc { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        if (piece is null)
        {
            zlib.BeginPiece();
            piece = new GZipStream(zlib, CompressionLevel.Fastest, leaveOpen: true);
        }
        piece.Write(bytes);
        pieceLength += bytes.Length;
    }

    /// <summary>Ends the piece; an empty one leaves no trace.</summary>
    public void EndPiece()
    {
        if (piece is null)
            return;
        // A flush ends the last block on a byte border. What comes after it is the end of a gzip file, of which only the checksum is used.
        piece.Flush();
        zlib.EndPiece();
        piece.Dispose();
        piece = null;
        Crc = Crc32.Combine(Crc, zlib.Crc, pieceLength);
        pieceLength = 0;
    }

    public void Dispose() => piece?.Dispose();

    /// <summary>Takes what the compressor writes, lets the blocks through and keeps header and end of the piece's own gzip file back.</summary>
    private sealed class ZlibOutput(Stream output) : Stream
    {
        private readonly byte[] end = new byte[64];
        private int headerLeft;
        private int endLength = -1;

        /// <summary>Checksum of the piece, known once its compressor is disposed.</summary>
        public uint Crc => BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(endLength - 8));

        public void BeginPiece() => (headerLeft, endLength) = (GzipMember.Header.Length, -1);

        public void EndPiece() => endLength = 0;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (endLength >= 0)
            {
                buffer.CopyTo(end.AsSpan(endLength));
                endLength += buffer.Length;
                return;
            }
            var header = Math.Min(headerLeft, buffer.Length);
            headerLeft -= header;
            output.Write(buffer[header..]);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            // Blocks are let through as they come.
        }

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
