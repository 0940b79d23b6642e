using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Esoz.BulkExport.Building;
using Esoz.BulkExport.Snapshots;
using Esoz.Tests.Platform.Compression;

namespace Esoz.Tests.BulkExport.Building;

/// <summary>Windows of days, written in one pass (pis-bulk §3.4, §3.7).</summary>
public sealed class SnapshotSpoolTests
{
    private static readonly DateTime SnapshotAt = new DateTime(2026, 3, 2, 1, 0, 0, DateTimeKind.Utc).AddMicroseconds(123_456);

    [Theory(DisplayName = "A row belongs to the window of k days when its change is not older than k × 24 h, to the microsecond")]
    [InlineData(0, 1)]
    [InlineData(-3_600_000_000, 1)]
    [InlineData(86_400_000_000, 1)]
    [InlineData(86_400_000_001, 2)]
    [InlineData(172_800_000_000, 2)]
    [InlineData(172_800_000_001, 3)]
    [InlineData(259_200_000_000, 3)]
    [InlineData(259_200_000_001, null)]
    public async Task Edges(long microsecondsAgo, int? smallest)
    {
        using var spool = new SnapshotSpool(Path.GetTempPath(), SnapshotAt, maxDepth: 3);
        spool.Add(SnapshotAt.AddMicroseconds(-microsecondsAgo), "{}"u8);
        var windows = await Complete(spool);
        Assert.Equal([1, 2, 3, null], windows.Select(window => window.Depth));
        Assert.All(windows, window => Assert.Equal(window.Depth is null || window.Depth >= smallest ? 1 : 0, window.Rows));
    }

    [Fact(DisplayName = "Every window is one gzip member holding the JSON array of its rows, with the lengths and digests it states")]
    public Task Windows()
    {
        const long Day = 86_400_000_000;
        var ago = Gen.OneOf(
            Gen.Long[0, 10 * Day], Gen.Select(Gen.Long[0, 8], Gen.Long[-1, 1]).Select((days, offset) => (days * Day) + offset));
        var rowsOfAnyAge = Gen.Select(ago, Gen.Int[0, 3000]).Array[0, 1200];
        return Gen.Select(Gen.Int[1, 7], rowsOfAnyAge).SampleAsync(async (maxDepth, ages) =>
        {
            var rows = ages
                .Select((row, i) => (At: SnapshotAt.AddMicroseconds(-row.Item1),
                    Record: $$"""{"n":{{i}},"text":"{{new string('ї', row.Item2)}}"}"""))
                .OrderByDescending(row => row.At)
                .ToList();

            using var spool = new SnapshotSpool(Path.GetTempPath(), SnapshotAt, maxDepth);
            foreach (var (at, record) in rows)
                spool.Add(at, Encoding.UTF8.GetBytes(record));
            var windows = await Complete(spool);

            Assert.Equal(maxDepth + 1, windows.Count);
            foreach (var window in windows)
            {
                var expected = rows.Where(row => window.Depth is null || row.At >= SnapshotAt.AddDays(-window.Depth.Value))
                    .Select(row => row.Record).ToList();
                var stored = await ReadAll(spool.Read(window));
                var plain = await GzipTool.Decompress(stored);

                GzipTool.AssertOneMember(stored);
                Assert.Equal($"[{string.Join(",\n", expected)}]", Encoding.UTF8.GetString(plain));
                var lines = Encoding.UTF8.GetBytes(string.Concat(expected.Select(record => record + "\n")));
                Assert.Equal(
                    new SnapshotWindow(window.Depth, expected.Count, stored.Length, Sha256(stored), plain.Length, Sha256(plain))
                    {
                        LinesSha256 = Sha256(lines),
                    },
                    window);
                Assert.Equal(lines.Length, window.LinesBytes);
            }
        }, iter: 20);
    }

    [Fact(DisplayName = "A record larger than every buffer is written")]
    public async Task LargeRecord()
    {
        var record = string.Create(CultureInfo.InvariantCulture, $$"""{"text":"{{new string('x', 3_000_000)}}"}""");
        using var spool = new SnapshotSpool(Path.GetTempPath(), SnapshotAt, maxDepth: 1);
        spool.Add(SnapshotAt, Encoding.UTF8.GetBytes(record));
        var windows = await Complete(spool);
        Assert.Equal($"[{record}]", Encoding.UTF8.GetString(await GzipTool.Decompress(await ReadAll(spool.Read(windows[0])))));
    }

    [Fact(DisplayName = "The local file has no name, so that nothing of it survives the process")]
    public void LeavesNothing()
    {
        var directory = Directory.CreateTempSubdirectory("esoz-spool-");
        using var spool = new SnapshotSpool(directory.FullName, SnapshotAt, maxDepth: 1);
        Assert.Empty(directory.EnumerateFileSystemInfos());
        directory.Delete();
    }

    private static async Task<List<SnapshotWindow>> Complete(SnapshotSpool spool)
    {
        spool.Complete();
        return await spool.Windows(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<byte[]> ReadAll(Stream stream)
    {
        await using (stream)
        {
            var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            Assert.Equal(stream.Length, bytes.Length);
            return bytes.ToArray();
        }
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
