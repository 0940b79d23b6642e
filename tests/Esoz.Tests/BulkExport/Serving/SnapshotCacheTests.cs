using Esoz.BulkExport.Serving;
using Esoz.BulkExport.Snapshots;
using Esoz.Tests.Platform.Compression;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.BulkExport.Serving;

public sealed class SnapshotCacheTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Directory => Path.Combine(registry.DataDirectory, "bulk");

    [Fact(DisplayName = "Concurrent requests share one unnamed file, whose bytes are those of the requested representation")]
    public async Task Once()
    {
        var report = await Build();
        using var cache = Cache(long.MaxValue);
        var files = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => cache.Open(report.Snapshot, report.Full, SnapshotForm.Array, Ct)));

        var expected = await GzipTool.Decompress(await registry.Stored($"{report.Snapshot.Prefix}/full.json.gz"));
        foreach (var file in files)
        {
            Assert.Equal(expected, await ReadAll(file));
            file.Dispose();
        }
        Assert.Empty(System.IO.Directory.EnumerateFileSystemEntries(Directory));
    }

    [Fact(DisplayName = "An evicted file stays readable for those who have it open, and is created again for others")]
    public async Task Evicted()
    {
        var report = await Build();
        using var cache = Cache(capacity: 1);
        using var first = await cache.Open(report.Snapshot, report.Full, SnapshotForm.Array, Ct);
        var expected = await ReadAll(first);
        using (await cache.Open(report.Snapshot, report.Full, SnapshotForm.Lines, Ct))
        using (await cache.Open(report.Snapshot, report.Windows[0], SnapshotForm.Array, Ct))
            Assert.Equal(expected, await ReadAll(first));
        using var again = await cache.Open(report.Snapshot, report.Full, SnapshotForm.Array, Ct);
        Assert.Equal(expected, await ReadAll(again));
    }

    [Fact(DisplayName = "Open files stay within the capacity, and those of an older generation are evicted when a newer one is requested")]
    public async Task Bounds()
    {
        var before = await Build();
        using var cache = Cache(long.MaxValue);
        foreach (var window in before.Windows)
            (await cache.Open(before.Snapshot, window, SnapshotForm.Array, Ct)).Dispose();
        Assert.Equal(before.Windows.Count, OpenFiles());

        var after = await Build();
        (await cache.Open(after.Snapshot, after.Full, SnapshotForm.Array, Ct)).Dispose();
        Assert.Equal(1, OpenFiles());

        using var small = Cache(capacity: after.Full.PlainBytes + after.Windows[^2].PlainBytes);
        foreach (var window in after.Windows)
            (await small.Open(after.Snapshot, window, SnapshotForm.Array, Ct)).Dispose();
        Assert.InRange(OpenFiles() - 1, 1, after.Windows.Count - 1);
    }

    [Fact(DisplayName = "A window that could not be read is loaded again by the next request")]
    public async Task Again()
    {
        var report = await Build();
        using var cache = Cache(long.MaxValue);
        var absent = report.Snapshot with { Generation = Guid.NewGuid() };
        for (var attempt = 0; attempt < 2; attempt++)
            await Assert.ThrowsAsync<SnapshotLostException>(() => cache.Open(absent, report.Full, SnapshotForm.Lines, Ct));
    }

    private SnapshotCache Cache(long capacity) => ActivatorUtilities.CreateInstance<SnapshotCache>(registry.Services, Directory, capacity);

    private async Task<BuildReport> Build()
    {
        await registry.SomeEmployees(new Random(4), 30);
        return await registry.Build();
    }

    /// <summary>Unlinked files of this test's directory that the process has open.</summary>
    private int OpenFiles() => System.IO.Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Count(link => new FileInfo(link).LinkTarget?.StartsWith(Directory, StringComparison.Ordinal) == true);

    private static async Task<byte[]> ReadAll(CachedFile file)
    {
        var bytes = new MemoryStream();
        await using var content = file.Read();
        await content.CopyToAsync(bytes, Ct);
        return bytes.ToArray();
    }
}
