using System.IO.Compression;
using System.Text;
using CsCheck;
using Esoz.Platform.Compression;

namespace Esoz.Tests.Platform.Compression;

/// <summary>Gzip members assembled from parts, read back by other implementations.</summary>
public sealed class GzipMemberTests
{
    [Theory(DisplayName = "The checksum of pieces put together is that of the whole")]
    [InlineData("", "")]
    [InlineData("a", "")]
    [InlineData("", "b")]
    [InlineData("1234", "56789")]
    public void Combines(string first, string second) => AssertCombines(Encoding.UTF8.GetBytes(first), Encoding.UTF8.GetBytes(second));

    [Fact(DisplayName = "The same holds for any two pieces")]
    public void CombinesAny() => Gen.Select(Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 300]).Sample(AssertCombines, iter: 1000);

    [Fact(DisplayName = "The checksum is CRC-32: its check value is CBF43926")]
    public void CheckValue() => Assert.Equal(0xCBF43926, Crc32.Of("123456789"u8));

    [Fact(DisplayName = "Any sequence of pieces between a stored head and tail is one gzip member that gzip and .NET read")]
    public Task Splices()
    {
        var pieceLength = Gen.OneOf(Gen.Const(0), Gen.Int[1, 600_000]);
        return Gen.Select(Gen.Int[0, 2], pieceLength.Array[0, 6], Gen.Int[0, 100], Gen.Int[0, 1000])
            .SampleAsync(async (headParts, lengths, tailLength, seed) =>
        {
            var random = new Random(seed);
            var head = RandomText(random, headParts * 70_000);
            var pieces = lengths.Select(length => RandomText(random, length)).ToArray();
            var tail = RandomText(random, tailLength);
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
            byte[] member = [.. GzipMember.Header, .. GzipMember.Stored(head), .. body.ToArray(), .. GzipMember.Stored(tail),
                .. GzipMember.End(crc, plain.Length)];

            Assert.Equal(plain, await GzipTool.Decompress(member));
            using var net = new GZipStream(new MemoryStream(member), CompressionMode.Decompress);
            var read = new MemoryStream();
            await net.CopyToAsync(read, TestContext.Current.CancellationToken);
            Assert.Equal(plain, read.ToArray());
        }, iter: 30);
    }

    [Fact(DisplayName = "gzip rejects a wrong checksum, so the tests above are meaningful")]
    public async Task ChecksumCounts()
    {
        var text = "hello"u8.ToArray();
        byte[] member = [.. GzipMember.Header, .. GzipMember.Stored(text), .. GzipMember.End(Crc32.Of(text) + 1, text.Length)];
        await Assert.ThrowsAnyAsync<InvalidDataException>(() => GzipTool.Decompress(member));
    }

    private static void AssertCombines(byte[] left, byte[] right) =>
        Assert.Equal(Crc32.Of([.. left, .. right]), Crc32.Combine(Crc32.Of(left), Crc32.Of(right), right.Length));

    private static byte[] RandomText(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => (byte)"{}\":, абв"u8[random.Next(12)])];
}
