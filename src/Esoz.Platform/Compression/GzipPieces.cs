using System.Buffers.Binary;
using System.IO.Compression;

namespace Esoz.Platform.Compression;

/// <summary>
/// Compresses bytes piece by piece (zlib level 1) into deflate blocks that end on a byte boundary and do not refer to data before their
/// piece, so that any sequence of pieces can be assembled into one gzip member (<see cref="GzipMember"/>) without recompression. Also
/// maintains the checksum of all pieces, which the compressor computes anyway.
/// </summary>
/// <param name="output">Receives the blocks as they are created.</param>
public sealed class GzipPieces(Stream output) : IDisposable
{
    private readonly ZlibOutput _zlib = new(output);
    private GZipStream? _piece;
    private long _pieceLength;

    /// <summary>Checksum of all completed pieces.</summary>
    public uint Crc { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        if (_piece is null)
        {
            _zlib.BeginPiece();
            _piece = new GZipStream(_zlib, CompressionLevel.Fastest, leaveOpen: true);
        }
        _piece.Write(bytes);
        _pieceLength += bytes.Length;
    }

    /// <summary>Ends the piece; an empty piece produces no output.</summary>
    public void EndPiece()
    {
        if (_piece is null)
            return;
        // A flush ends the last block on a byte boundary. The output after it is the end of a gzip file, of which only the checksum is
        // used.
        _piece.Flush();
        _zlib.EndPiece();
        _piece.Dispose();
        _piece = null;
        Crc = Crc32.Combine(Crc, _zlib.Crc, _pieceLength);
        _pieceLength = 0;
    }

    public void Dispose() => _piece?.Dispose();

    /// <summary>Receives the compressor's output, forwards the blocks and holds back header and end of the piece's own gzip file.</summary>
    private sealed class ZlibOutput(Stream output) : Stream
    {
        private readonly byte[] _end = new byte[64];
        private int _headerLeft;
        private int _endLength = -1;

        /// <summary>Checksum of the piece, known once its compressor is disposed.</summary>
        public uint Crc => BinaryPrimitives.ReadUInt32LittleEndian(_end.AsSpan(_endLength - 8));

        public void BeginPiece() => (_headerLeft, _endLength) = (GzipMember.Header.Length, -1);

        public void EndPiece() => _endLength = 0;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (_endLength >= 0)
            {
                buffer.CopyTo(_end.AsSpan(_endLength));
                _endLength += buffer.Length;
                return;
            }
            var header = Math.Min(_headerLeft, buffer.Length);
            _headerLeft -= header;
            output.Write(buffer[header..]);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            // Blocks are forwarded immediately.
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
