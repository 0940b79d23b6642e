using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Esoz.Platform.Compression;

/// <summary>
/// Reads a file that must be exactly one gzip member as created by <see cref="GzipMember"/>, and computes the digest of the file while
/// reading. The framework's reader accepts several members and any data after the last.
/// </summary>
/// <param name="file">Positioned at its start; disposed of together with the reader.</param>
/// <param name="length">Length of the file as reported by its store.</param>
public sealed class GzipMemberReader(Stream file, long length) : IAsyncDisposable
{
    private const int TrailerLength = 8;
    private const int FileBuffer = 256 * 1024;

    private readonly System.IO.Hashing.Crc32 _crc = new();
    private readonly DigestedFile _file = new(new BufferedStream(file, FileBuffer));
    private Body? _body;
    private DeflateStream? _deflate;

    /// <summary>Number of content bytes read so far.</summary>
    public long PlainBytes { get; private set; }

    /// <summary>Reads the next bytes of the content; 0 after the last, when the trailer is correct.</summary>
    /// <exception cref="InvalidDataException">The file is not exactly one complete gzip member.</exception>
    public async ValueTask<int> Read(Memory<byte> buffer, CancellationToken ct)
    {
        if (_deflate is null)
            await Begin(ct);
        var read = await _deflate!.ReadAsync(buffer, ct);
        if (read == 0)
        {
            await End(ct);
            return 0;
        }
        _crc.Append(buffer.Span[..read]);
        PlainBytes += read;
        return read;
    }

    /// <summary>
    /// Length and SHA-256 (hexadecimal) of the whole file, regardless of how much content was read and of any fault in it.
    /// </summary>
    public async Task<(long Bytes, string Sha256)> Finish(CancellationToken ct)
    {
        var rest = new byte[FileBuffer];
        while (await _file.Read(rest, ct) > 0)
        {
        }
        return (_file.Bytes, Convert.ToHexStringLower(_file.Digest.GetHashAndReset()));
    }

    private async Task Begin(CancellationToken ct)
    {
        var header = new byte[GzipMember.Header.Length];
        if (length < header.Length + 1 + TrailerLength || !await _file.Fill(header, ct) || !GzipMember.Header.SequenceEqual(header))
            throw new InvalidDataException("it does not begin as a gzip member");
        _body = new Body(_file, length - header.Length - TrailerLength);
        _deflate = new DeflateStream(_body, CompressionMode.Decompress);
    }

    private async Task End(CancellationToken ct)
    {
        if (_body!.WasTooShort || _body.Remaining > 0)
            throw new InvalidDataException(
                _body.WasTooShort ? "it ends within its gzip member" : "there is more than one gzip member in it");
        var trailer = new byte[TrailerLength];
        if (!await _file.Fill(trailer, ct)
            || BinaryPrimitives.ReadUInt32LittleEndian(trailer) != _crc.GetCurrentHashAsUInt32()
            || BinaryPrimitives.ReadUInt32LittleEndian(trailer.AsSpan(4)) != (uint)PlainBytes)
            throw new InvalidDataException("the checksum or length at the end of its gzip member is wrong");
    }

    public async ValueTask DisposeAsync()
    {
        if (_deflate is not null)
            await _deflate.DisposeAsync();
        _file.Digest.Dispose();
        await file.DisposeAsync();
    }

    /// <summary>The file with the digest of the bytes read so far.</summary>
    private sealed class DigestedFile(Stream file)
    {
        public IncrementalHash Digest { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public long Bytes { get; private set; }

        public async ValueTask<int> Read(Memory<byte> buffer, CancellationToken ct)
        {
            var read = await file.ReadAsync(buffer, ct);
            Digest.AppendData(buffer.Span[..read]);
            Bytes += read;
            return read;
        }

        /// <returns>False when the file ended before the buffer was full.</returns>
        public async ValueTask<bool> Fill(Memory<byte> buffer, CancellationToken ct)
        {
            while (buffer.Length > 0)
            {
                var read = await Read(buffer, ct);
                if (read == 0)
                    return false;
                buffer = buffer[read..];
            }
            return true;
        }
    }

    /// <summary>
    /// The bytes between header and trailer. The last byte is returned separately: a decompressor that reads it and requests no more has
    /// ended exactly there.
    /// </summary>
    private sealed class Body(DigestedFile file, long length) : ForwardStream
    {
        public long Remaining { get; private set; } = length;

        public bool WasTooShort { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = Remaining == 0 ? 0
                : await file.Read(buffer[..(int)Math.Min(buffer.Length, Math.Max(1, Remaining - 1))], cancellationToken);
            WasTooShort = read == 0;
            Remaining -= read;
            return read;
        }
    }
}
