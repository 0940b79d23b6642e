using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Json;
using Esoz.Platform.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Tests.Platform.Storage;

/// <summary>
/// The embedded store (media-storage §6): its guarantees beyond <see cref="ObjectStoreContract"/>, and how it meets them on the disk.
/// </summary>
public sealed class FileSystemStoreTests : ObjectStoreContract, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("esoz-store-").FullName;
    private readonly TestClock _clock = new();

    public FileSystemStoreTests() => Store = new FileSystemStore(_root, _clock);

    protected override IObjectStore Store { get; }

    protected override Bucket Bucket { get; } = new("ambulatory_contracts-dev", "ambulatory_contracts-dev");

    protected override Task<Bucket> NewBucket() => Task.FromResult(new Bucket("walked", "walked"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private StorageSweep Sweeper => new(Store, [Bucket, new("absent", "absent")], _clock, NullLogger<StorageSweep>.Instance);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact(DisplayName = "A key that the program creates is a plain path, without a side file")]
    public async Task PlainLayout()
    {
        await Store.Write(Bucket, ObjectKey.Plain("employees/7b3f/full.json.gz"), new MemoryStream([1, 2, 3]), Ct);

        Assert.Equal(["employees/7b3f/full.json.gz"], Files());
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(Path.Combine(_root, Bucket.Physical, "employees/7b3f/full.json.gz"), Ct));
    }

    [Fact(DisplayName = "A named object lies under the digest of its name, with name, size, digest and time in a side file")]
    public async Task NamedLayout()
    {
        var before = _clock.GetUtcNow();
        await Store.Write(Bucket, Named("Договір 2026.p7s"), new MemoryStream([1, 2, 3]), Ct);

        // printf 'Договір 2026.p7s' | sha256sum
        const string content = "c4/c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/277beb97ede4877bd7da04a3ac8de28dc280334f90d42a6175cda9bcf661870a";
        Assert.Equal(2, Files().Length);
        Assert.Equal(content, Files()[0]);
        Assert.StartsWith(content + ".", Files()[1], StringComparison.Ordinal);
        var side = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(_root, Bucket.Physical, Files()[1]), Ct)).RootElement;
        Assert.Equal(("Договір 2026.p7s", 3, "5289df737df57326fcdd22597afb1fac"),
            (side.GetProperty("name").GetString(), side.GetProperty("size").GetInt32(), side.GetProperty("md5").GetString()));
        Assert.InRange(side.GetProperty("uploaded_at").GetDateTimeOffset(), before, _clock.GetUtcNow());
    }

    [Fact(DisplayName = "Only the owner can read what is stored")]
    public async Task Private()
    {
        await Store.Write(Bucket, Named("x"), new MemoryStream([1]), Ct);

        Assert.All(Directory.GetFiles(_root, "*", SearchOption.AllDirectories),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact(DisplayName = "Replacing keeps one side file, the new one")]
    public async Task OneSideFile()
    {
        for (var i = 0; i < 3; i++)
            await Store.Write(Bucket, Named("x"), new MemoryStream(new byte[i]), Ct);

        Assert.Equal(2, Files().Length);
        Assert.Equal(2, (await Store.Find(Bucket, Named("x"), Ct))!.Length);
    }

    [Fact(DisplayName = "An interrupted upload leaves the old object and nothing else")]
    public async Task Interrupted()
    {
        await Store.Write(Bucket, Named("x"), new MemoryStream([1, 2, 3]), Ct);
        var files = Files();
        var pipe = new Pipe();
        var upload = Store.Write(Bucket, Named("x"), pipe.Reader.AsStream(), Ct);
        await pipe.Writer.WriteAsync(new byte[600_000], Ct);
        await pipe.Writer.CompleteAsync(new IOException("The client went away."));

        await Assert.ThrowsAsync<IOException>(() => upload);

        Assert.Equal(files, Files());
        Assert.Equal([1, 2, 3], await Read(Named("x")));
    }

    [Fact(DisplayName = "A crash before the content took its place leaves the old object, described by its own side file")]
    public async Task CrashBeforeRename()
    {
        var old = await Store.Write(Bucket, Named("x"), new MemoryStream([1, 2, 3]), Ct);
        var leftovers = await Crash(() => Store.Write(Bucket, Named("x"), new MemoryStream([4, 5]), Ct), keep: file => !IsContent(file));

        Assert.Equal(old, await Store.Find(Bucket, Named("x"), Ct));
        Assert.Equal([1, 2, 3], await Read(Named("x")));
        Assert.NotEmpty(leftovers);
    }

    [Fact(DisplayName = "A crash before the old side file was removed leaves the new object, described by its own side file")]
    public async Task CrashAfterRename()
    {
        await Store.Write(Bucket, Named("x"), new MemoryStream([1, 2, 3]), Ct);
        var oldSide = Full(Files()[1]);
        var bytes = await File.ReadAllBytesAsync(oldSide, Ct);
        var replaced = await Store.Write(Bucket, Named("x"), new MemoryStream([4, 5]), Ct);
        await File.WriteAllBytesAsync(oldSide, bytes, Ct);

        Assert.Equal(replaced, await Store.Find(Bucket, Named("x"), Ct));
        _clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(1, await Sweeper.Sweep(Ct));
        Assert.Equal(replaced, await Store.Find(Bucket, Named("x"), Ct));
    }

    [Theory(DisplayName = "A side file that was lost or damaged is created again from the content")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{\"name\":\"x\",\"size\":3,")]
    [InlineData("{\"name\":\"x\",\"size\":4,\"md5\":\"00000000000000000000000000000000\",\"uploaded_at\":\"2026-01-01T00:00:00Z\"}")]
    public async Task LostSideFile(string? damage)
    {
        var written = await Store.Write(Bucket, Named("x"), new MemoryStream([1, 2, 3]), Ct);
        var side = Full(Files()[1]);
        if (damage is null)
            File.Delete(side);
        else
            await File.WriteAllTextAsync(side, damage, Ct);

        Assert.Equal(written, await Store.Find(Bucket, Named("x"), Ct));
        Assert.Contains(written.ETag, await File.ReadAllTextAsync(side, Ct), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Content restored from a copy that keeps whole seconds only is served with its own digest")]
    public async Task RestoredCopy()
    {
        var written = await Store.Write(Bucket, Named("x"), new MemoryStream([1, 2, 3]), Ct);
        File.SetLastWriteTimeUtc(Full(Files()[0]), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var found = await Store.Find(Bucket, Named("x"), Ct);

        Assert.Equal(written with { LastModified = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) }, found);
    }

    [Fact(DisplayName = "Uploads stamped in the same instant still differ in their versions")]
    public async Task SameInstant()
    {
        var store = new FileSystemStore(_root, new StoppedClock());
        for (byte i = 1; i <= 5; i++)
        {
            var written = await store.Write(Bucket, Named("x"), new MemoryStream([i, i]), Ct);
            Assert.Equal(written, await store.Find(Bucket, Named("x"), Ct));
        }
        Assert.Equal(2, Files().Length);
        Assert.Equal([5, 5], await Read(Named("x")));
    }

    [Fact(DisplayName = "Unfinished files older than 24 h are removed, younger ones and objects stay")]
    public async Task Sweep()
    {
        await Store.Write(Bucket, Named("x"), new MemoryStream([1]), Ct);
        await Store.Write(Bucket, ObjectKey.Plain("employees/current.json"), new MemoryStream([1]), Ct);
        var objects = Files();
        var unfinished = Full("employees/.upload-0123");
        await File.WriteAllTextAsync(unfinished, "half", Ct);

        Assert.Equal(0, await Sweeper.Sweep(Ct));
        File.SetLastWriteTimeUtc(unfinished, _clock.GetUtcNow().UtcDateTime.AddHours(-24).AddMinutes(-1));
        Assert.Equal(1, await Sweeper.Sweep(Ct));
        _clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(0, await Sweeper.Sweep(Ct));
        Assert.Equal(objects, Files());
    }

    [Fact(DisplayName = "The last object of a directory takes the directory with it, but never the bucket")]
    public async Task EmptyDirectories()
    {
        await Store.Write(Bucket, ObjectKey.Plain("employees/7b3f/full.json.gz"), new MemoryStream([1]), Ct);
        await Store.Delete(Bucket, ObjectKey.Plain("employees/7b3f/full.json.gz"), Ct);

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_root, Bucket.Physical)));
    }

    [Fact(DisplayName = "Named objects are not listed, and a plain key cannot reach them")]
    public async Task NamedAreNotListed()
    {
        await Store.Write(Bucket, Named("x"), new MemoryStream([1]), Ct);

        Assert.Empty(await Store.List(Bucket, "", Ct).ToListAsync(Ct));
        Assert.False(ObjectKey.IsPlain(Files()[0]));
    }

    [Fact(DisplayName = "A full disk refuses the upload, keeps the old object and nothing of the new one")]
    public async Task FullDisk()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may mount a small file system");
        var disk = Directory.CreateTempSubdirectory("esoz-small-").FullName;
        await Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk);
        try
        {
            var store = new FileSystemStore(disk, _clock);
            var old = await store.Write(Bucket, Named("x"), new MemoryStream(new byte[300_000]), Ct);
            var files = Directory.GetFiles(disk, "*", SearchOption.AllDirectories).Order();

            await Assert.ThrowsAsync<StorageFullException>(() => store.Write(Bucket, Named("x"), new MemoryStream(new byte[900_000]), Ct));
            await Assert.ThrowsAsync<StorageFullException>(
                () => store.Write(Bucket, ObjectKey.Plain("big"), new MemoryStream(new byte[900_000]), Ct));

            Assert.Equal(files, Directory.GetFiles(disk, "*", SearchOption.AllDirectories).Order());
            Assert.Equal(old, await store.Find(Bucket, Named("x"), Ct));
        }
        finally
        {
            await Run("umount", disk);
            Directory.Delete(disk);
        }
    }

    private static bool IsContent(string file) => Path.GetFileName(file).Length == 64;

    private static async Task Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Ct);
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Completes an upload, then restores the state of a disk after a crash: only some of the new files exist.</summary>
    /// <returns>The new files that exist.</returns>
    private async Task<List<string>> Crash(Func<Task> upload, Func<string, bool> keep)
    {
        var before = Files()
            .ToDictionary(file => file, file => (Bytes: File.ReadAllBytes(Full(file)), Time: File.GetLastWriteTimeUtc(Full(file))));
        await upload();
        var kept = Files().Where(file => !before.ContainsKey(file) && keep(file)).ToList();
        foreach (var (file, (bytes, time)) in before)
        {
            await File.WriteAllBytesAsync(Full(file), bytes, Ct);
            File.SetLastWriteTimeUtc(Full(file), time);
        }
        return kept;
    }

    private string Full(string file) => Path.Combine(_root, Bucket.Physical, file);

    private string[] Files()
    {
        var home = Path.Combine(_root, Bucket.Physical);
        return [.. Directory.GetFiles(home, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(home, file))
            .Order(StringComparer.Ordinal)];
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);
    }
}
