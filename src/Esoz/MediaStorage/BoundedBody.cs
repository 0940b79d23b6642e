using System.Security.Cryptography;

namespace Esoz.MediaStorage;

/// <summary>
/// The body of an upload; reading fails with 413 as soon as it exceeds the limit, whatever its headers declare, and with
/// <see cref="WrongFileTypeException"/> when it does not begin as it should. What is read is digested.
/// </summary>
/// <param name="beginnings">How it may begin; empty = in any way.</param>
internal sealed class BoundedBody(Stream body, long limit, IReadOnlyList<byte[]> beginnings) : ForwardStream
{
    private readonly byte[] _first = new byte[FileTypes.Length];
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    /// <summary>SHA-256 of what has been read so far, in lower-case hexadecimal.</summary>
    public string Digest => Convert.ToHexStringLower(_digest.GetCurrentHash());

    public override long Position { get => _length; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        if (_length < _first.Length && beginnings.Count > 0)
            CheckBeginning(buffer.Span[..read]);
        _length += read;
        if (_length > limit)
            throw new BadHttpRequestException("The upload is larger than allowed.", StatusCodes.Status413PayloadTooLarge);
        _digest.AppendData(buffer.Span[..read]);
        return read;
    }

    /// <summary>As soon as so much has come that it can be told, or nothing more comes.</summary>
    private void CheckBeginning(ReadOnlySpan<byte> piece)
    {
        var known = (int)_length;
        var added = Math.Min(piece.Length, _first.Length - known);
        piece[..added].CopyTo(_first.AsSpan(known));
        if (known + added == _first.Length || piece.IsEmpty)
        {
            var first = _first.AsSpan(0, known + added);
            foreach (var beginning in beginnings)
            {
                if (first.StartsWith(beginning))
                    return;
            }
            throw new WrongFileTypeException();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _digest.Dispose();
        base.Dispose(disposing);
    }
}
