using System.Security.Cryptography;

namespace Esoz.MediaStorage;

/// <summary>
/// The body of an upload; reading fails with 413 as soon as it exceeds the limit, whatever its headers declare. What is read is digested.
/// </summary>
internal sealed class BoundedBody(Stream body, long limit) : ForwardStream
{
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    /// <summary>SHA-256 of what has been read so far, in lower-case hexadecimal.</summary>
    public string Digest => Convert.ToHexStringLower(_digest.GetCurrentHash());

    public override long Position { get => _length; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        _length += read;
        if (_length > limit)
            throw new BadHttpRequestException("The upload is larger than allowed.", StatusCodes.Status413PayloadTooLarge);
        _digest.AppendData(buffer.Span[..read]);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _digest.Dispose();
        base.Dispose(disposing);
    }
}
