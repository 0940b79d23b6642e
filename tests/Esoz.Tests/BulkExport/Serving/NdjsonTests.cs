using System.Text;
using CsCheck;
using Esoz.BulkExport.Serving;

namespace Esoz.Tests.BulkExport.Serving;

public sealed class NdjsonTests
{
    [Theory(DisplayName = "An array becomes a line per record, each ended by a line feed; commas inside records stay")]
    [InlineData("[]", "")]
    [InlineData("[{}]", "{}\n")]
    [InlineData("[{},\n{}]", "{}\n{}\n")]
    [InlineData("[{\"a\":[1, 2],\"b\":\",\\n\"},\n{\"c\":\"],\"},\n{}]", "{\"a\":[1, 2],\"b\":\",\\n\"}\n{\"c\":\"],\"}\n{}\n")]
    public void Lines(string array, string lines)
    {
        foreach (var step in new[] { 1, 2, 3, 1000 })
            Assert.Equal(lines, Write(array, step));
    }

    [Fact(DisplayName = "However the array arrives in pieces, the lines are the same")]
    public void Pieces() =>
        Gen.Select(Gen.Int[0, 2000].Array[0, 400], Gen.Int[1, 300_000]).Sample((lengths, step) =>
        {
            var records = lengths.Select((length, i) => $$"""{"n":{{i}},"text":"{{new string(',', length)}}"}""").ToList();
            Assert.Equal(string.Concat(records.Select(record => record + "\n")), Write($"[{string.Join(",\n", records)}]", step));
        });

    [Theory(DisplayName = "Content that is not an array, or only a part of one, is a fault")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("[{},\n{}")]
    public void Incomplete(string array) => Assert.Throws<InvalidDataException>(() => Write(array, 1000));

    /// <param name="step">Maximum number of bytes per read.</param>
    private static string Write(string array, int step)
    {
        var lines = new MemoryStream();
        Ndjson.Write(new Dripping(Encoding.UTF8.GetBytes(array), step), lines);
        return Encoding.UTF8.GetString(lines.ToArray());
    }

    private sealed class Dripping(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, step)]);
    }
}
