using System.IO.Compression;
using System.Text;
using Esoz.Platform.Compression;

namespace Esoz.Tests.Platform.Compression;

/// <summary>Gzip members put together from pieces, read back by other implementations.</summary>
public sealed class GzipMemberTests
{
    [Theory(DisplayName = "The checksum of pieces put together is that of the whole")]
    [InlineData("", "")]
    [InlineData("a", "")]
    [InlineData("", "b")]
    [InlineData("1234", "56789")]
    public void Combines(string first, string second)
    {
        var (left, right) = (Encoding.UTF8.GetBytes(first), Encoding.UTF8.GetBytes(second));
        Assert.Equal(Crc32.Of([.. left, .. right]), Crc32.Combine(Crc32.Of(left), Crc32.Of(right), right.Length));
    }

    [Fact(DisplayName = "The checksum is CRC-32: its check value is CBF43926")]
    public void CheckValue() => Assert.Equal(0xCBF43926, Crc32.Of("123456789"u8));

    [Fact(DisplayName = "Any row of pieces between a stored head and tail is one gzip member that gzip and .NET read")]
    public async Task Splices()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 30; round++)
        {
            var head = RandomText(random, random.Next(3) * 70_000);
            var pieces = Enumerable.Range(0, random.Next(6)).Select(_ => RandomText(random, random.Next(4) * random.Next(200_000))).ToArray();
            var tail = RandomText(random, random.Next(100));
            byte[] plain = [.. head, .. pieces.SelectMany(piece => piece), .. tail];

            var body = new MemoryStream();
            uint crc;
            using (var compressor = new GzipPieces(body))
            {
                foreach (var piece in pieces)
                {
                    compressor.Write(piece.AsSpan(0, piece.Length / 3));
                    compressor.Write(piece.AsSpan(piece.Length / 3));
                    compressor.EndPiece();
                }
                crc = compressor.Crc;
            }
            crc = Crc32.Combine(Crc32.Of(head), crc, pieces.Sum(piece => (long)piece.Length));
            crc = Crc32.Combine(crc, Crc32.Of(tail), tail.Length);
            byte[] member = [.. GzipMember.Header, .. GzipMember.Stored(head), .. body.ToArray(), .. GzipMember.Stored(tail), .. GzipMember.End(crc, plain.Length)];

            Assert.Equal(plain, await GzipTool.Decompress(member));
            using var net = new GZipStream(new MemoryStream(member), CompressionMode.Decompress);
            var read = new MemoryStream();
            await net.CopyToAsync(read, TestContext.Current.CancellationToken);
            Assert.Equal(plain, read.ToArray());
        }
    }

    [Fact(DisplayName = "A wrong checksum is noticed by gzip, so the right one above proves something")]
    public async Task ChecksumCounts()
    {
        var text = "hello"u8.ToArray();
        byte[] member = [.. GzipMember.Header, .. GzipMember.Stored(text), .. GzipMember.End(Crc32.Of(text) + 1, text.Length)];
        await Assert.ThrowsAnyAsync<InvalidDataException>(() => GzipTool.Decompress(member));
    }

    private static byte[] RandomText(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => (byte)"{}\":, абв"u8[random.Next(12)])];
}
