using System.Diagnostics;
using System.IO.Compression;

namespace Esoz.Tests.Platform.Compression;

/// <summary>The <c>gzip</c> program: an independent check of gzip files, including checksum and length.</summary>
public static class GzipTool
{
    /// <exception cref="InvalidDataException">gzip rejects the file or warns about it.</exception>
    public static async Task<byte[]> Decompress(byte[] member)
    {
        using var gzip = Process.Start(new ProcessStartInfo("gzip", "-dc")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var plain = new MemoryStream();
        var reading = gzip.StandardOutput.BaseStream.CopyToAsync(plain);
        var errors = gzip.StandardError.ReadToEndAsync();
        await gzip.StandardInput.BaseStream.WriteAsync(member);
        gzip.StandardInput.Close();
        await reading;
        await gzip.WaitForExitAsync();
        return gzip.ExitCode == 0 ? plain.ToArray() : throw new InvalidDataException(await errors);
    }

    /// <summary>Asserts that the file has exactly one member: its deflate stream, read alone, ends where the trailer begins.</summary>
    public static void AssertOneMember(byte[] member)
    {
        const int header = 10, trailer = 8;
        using var body = new MemoryStream(member, header, member.Length - header - trailer);
        using var counted = new OneByteAtATime(body);
        using var deflate = new DeflateStream(counted, CompressionMode.Decompress);
        deflate.CopyTo(Stream.Null);
        Assert.Equal(member.Length - header - trailer, counted.Taken);
    }

    /// <summary>Returns one byte per read, so that a decompressor never reads more than it needs.</summary>
    private sealed class OneByteAtATime(Stream source) : Stream
    {
        public long Taken { get; private set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = source.Read(buffer[..Math.Min(1, buffer.Length)]);
            Taken += read;
            return read;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => source.Length;
        public override long Position { get => Taken; set => throw new NotSupportedException(); }
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
