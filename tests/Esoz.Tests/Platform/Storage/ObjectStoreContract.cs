using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Esoz.Platform;
using Esoz.Platform.Storage;

namespace Esoz.Tests.Platform.Storage;

/// <summary>Guarantees of every object store; each store has a test class that derives from this one.</summary>
public abstract class ObjectStoreContract
{
    protected static readonly Guid Folder = Guid.Parse("c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract IObjectStore Store { get; }

    protected abstract Bucket Bucket { get; }

    /// <summary>An empty bucket that no other test uses.</summary>
    protected abstract Task<Bucket> NewBucket();

    public static TheoryData<string> Names =>
    [
        "signed_contract", "Договір 2026.p7s", "a+b.pdf", "50%.pdf", "a%20b", "(1) 'x' \"y\" &=?#;.pdf", " ", "...", "🐉",
        new string('ї', 127) + "x", new string('z', 255),
    ];

    [Theory(DisplayName = "An object is read back byte for byte, whatever its name")]
    [MemberData(nameof(Names))]
    public async Task RoundTrip(string name)
    {
        var key = Named(name);
        var content = RandomNumberGenerator.GetBytes(300_000);

        var written = await Store.Write(Bucket, key, new MemoryStream(content), Ct);
        var found = await Store.Find(Bucket, key, Ct);

        Assert.Equal(Md5(content), written.ETag);
        Assert.Equal((written.ETag, content.LongLength), (found!.ETag, found.Length));
        Assert.Equal(content, await Read(key));
    }

    [Fact(DisplayName = "A walk gives every object once, in the order of the bytes of its key, and goes on after any key; each can be examined")]
    public async Task Walk()
    {
        var bucket = await NewBucket();
        var contents = new Dictionary<string, ObjectKey>();
        foreach (var name in new[] { "🐉", "\uE000", "a", "b", "a-1", "a.1", "Ї", "a b" })
        {
            contents[$"{name} here"] = ObjectKey.Named(Folder, ObjectName.FromLink(PercentEncoding.Encode(name))!);
            contents[$"{name} elsewhere"] = ObjectKey.Named(Guid.NewGuid(), ObjectName.FromLink(PercentEncoding.Encode(name))!);
        }
        foreach (var key in new[] { "plain/a/x", "plain/a-b/x", "plain/a", "plain/a.b", "top", $"{Guid.NewGuid()}/signed.p7s" })
            contents[key] = ObjectKey.Plain(key is "plain/a" ? "plain/a0" : key);
        foreach (var (content, key) in contents)
            await Store.Write(bucket, key, new MemoryStream(Encoding.UTF8.GetBytes(content)), Ct);

        var all = await WalkedAfter(null);
        Assert.Equal(contents.Count, all.Count);
        Assert.Equal(all.Select(it => it.Key).Order(KeyOrder.Instance), all.Select(it => it.Key));
        foreach (var start in all.Select(it => it.Key).Append($"{Folder}0").Append("zz"))
            Assert.Equal(all.Where(it => KeyOrder.Instance.Compare(it.Key, start) > 0), await WalkedAfter(start));

        var digests = new HashSet<string?>();
        foreach (var it in all)
        {
            var examined = await Store.Examine(bucket, it.Key, readsContent: true, Ct);
            Assert.Equal(it.Length, examined!.Length);
            digests.Add(examined.Sha256);
        }
        Assert.Equal(contents.Keys.Select(Sha256).ToHashSet<string?>(), digests);
        Assert.Null(await Store.Examine(bucket, $"{Guid.NewGuid()}/{Sha256("none")}", readsContent: false, Ct));

        async Task<List<WalkedObject>> WalkedAfter(string? after)
        {
            var walked = new List<WalkedObject>();
            await foreach (var it in Store.Walk(bucket, after, Ct))
                walked.Add(it);
            return walked;
        }

        static string? Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    [Theory(DisplayName =
        "An object of any size is read back byte for byte, and an aborted upload leaves neither an object nor an unfinished file")]
    [InlineData(10_000_000)]
    [InlineData(140_000_000)]
    public async Task Large(int length)
    {
        var key = ObjectKey.Plain("large/object");
        var content = RandomNumberGenerator.GetBytes(length);

        await Assert.ThrowsAsync<IOException>(() => Store.Write(Bucket, key, new BreakingOff(content), Ct));
        Assert.Null(await Store.Find(Bucket, key, Ct));
        Assert.Equal(0, await Store.RemoveUnfinished(Bucket, DateTimeOffset.UtcNow.AddDays(1), Ct));

        await Store.Write(Bucket, key, new MemoryStream(content), Ct);
        Assert.Equal(Md5(content), Md5(await Read(key)));
        await Store.Delete(Bucket, key, Ct);
    }

    /// <summary>
    /// A stream whose last byte cannot be read while it is sent. While its digest is computed it can: a stream that fails there leaves the
    /// AWS library with a partial digest, which breaks the next upload of that thread.
    /// </summary>
    private sealed class BreakingOff(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = base.Read(buffer.Span);
            return Position < Length ? new(read) : throw new IOException("The disk broke.");
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    [Fact(DisplayName = "An absent object is null, and deleting it is not an error")]
    public async Task Absent()
    {
        Assert.Null(await Store.Open(Bucket, ObjectKey.Plain("no/such/object"), null, Ct));
        Assert.Null(await Store.Find(Bucket, Named("no such object"), Ct));
        await Store.Delete(Bucket, ObjectKey.Plain("no/such/object"), Ct);
        await Store.Delete(Bucket, Named("no such object"), Ct);
    }

    [Theory(DisplayName = "A part of an object is read alone")]
    [InlineData(0, 1)]
    [InlineData(0, 1_000_000)]
    [InlineData(999_999, 1)]
    [InlineData(262_143, 262_146)]
    public async Task Range(int first, int count)
    {
        var content = RandomNumberGenerator.GetBytes(1_000_000);
        var key = ObjectKey.Plain("range/object");
        await Store.Write(Bucket, key, new MemoryStream(content), Ct);

        await using var stored = await Store.Open(Bucket, key, new ByteRange(first, count), Ct);

        Assert.Equal((content.LongLength, count), (stored!.Info.Length, (int)stored.Count));
        Assert.Equal(content[first..(first + count)], await Copy(stored));
    }

    [Fact(DisplayName = "An existing bucket can be used, and the check leaves nothing in it")]
    public async Task Reach()
    {
        Assert.Null(await Store.Reach(Bucket, Ct));
        Assert.Equal(0, await Store.RemoveUnfinished(Bucket, DateTimeOffset.UtcNow.AddDays(1), Ct));
    }

    [Fact(DisplayName = "An empty object is an object")]
    public async Task Empty()
    {
        var key = Named("empty");
        await Store.Write(Bucket, key, Stream.Null, Ct);

        Assert.Equal(0, (await Store.Find(Bucket, key, Ct))!.Length);
        Assert.Empty(await Read(key));
    }

    [Fact(DisplayName = "A stream is written from its position on, and may be one that cannot be positioned")]
    public async Task Position()
    {
        var content = Encoding.UTF8.GetBytes("0123456789");
        await Store.Write(Bucket, ObjectKey.Plain("positioned"), new MemoryStream(content) { Position = 4 }, Ct);
        await Store.Write(Bucket, ObjectKey.Plain("piped"), PipeReader.Create(new MemoryStream(content)).AsStream(), Ct);

        Assert.Equal("456789", Encoding.UTF8.GetString(await Read(ObjectKey.Plain("positioned"))));
        Assert.Equal(content, await Read(ObjectKey.Plain("piped")));
    }

    [Fact(DisplayName = "A new upload replaces the object; a reader of the old one reads it to the end")]
    public async Task Replaces()
    {
        var key = Named("replaced");
        var old = RandomNumberGenerator.GetBytes(2_000_000);
        await Store.Write(Bucket, key, new MemoryStream(old), Ct);
        await using var reading = await Store.Open(Bucket, key, null, Ct);

        var written = await Store.Write(Bucket, key, new MemoryStream([1, 2, 3]), Ct);

        Assert.Equal(old, await Copy(reading!));
        Assert.Equal((3L, written.ETag), ((await Store.Find(Bucket, key, Ct))!.Length, (await Store.Find(Bucket, key, Ct))!.ETag));
    }

    [Fact(DisplayName = "Deleted objects are gone and not listed; the others are listed by prefix in the order of their keys")]
    public async Task ListAndDelete()
    {
        string[] keys = ["list/b/full.json.gz", "list/a/full.json.gz", "list/a/depth-1.json.gz", "list/current.json", "list-2/x"];
        foreach (var key in keys)
            await Store.Write(Bucket, ObjectKey.Plain(key), new MemoryStream(Encoding.UTF8.GetBytes(key)), Ct);
        await Store.Delete(Bucket, ObjectKey.Plain("list/b/full.json.gz"), Ct);

        Assert.Equal(["list/a/depth-1.json.gz", "list/a/full.json.gz", "list/current.json"], await Listed("list/"));
        Assert.Equal(["list-2/x", "list/a/depth-1.json.gz", "list/a/full.json.gz", "list/current.json"], await Listed("list"));
        Assert.Equal(["list/a/full.json.gz"], await Listed("list/a/f"));
        Assert.Empty(await Listed("list/b"));
        Assert.Empty(await Listed("absent/"));
        Assert.Null(await Store.Find(Bucket, ObjectKey.Plain("list/b/full.json.gz"), Ct));
    }

    [Fact(DisplayName = "One of many concurrent uploads wins as a whole: content, length and ETag always belong together")]
    public async Task Parallel()
    {
        var key = Named("contended");
        var contents = Enumerable.Range(1, 16).Select(i => Enumerable.Repeat((byte)i, 10_000 * i).ToArray()).ToArray();
        var digests = contents.ToDictionary(Md5);
        await Store.Write(Bucket, key, new MemoryStream(contents[0]), Ct);
        using var written = new CancellationTokenSource();

        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var reads = 0;
            while (!written.IsCancellationRequested || reads == 0)
            {
                await using var stored = await Store.Open(Bucket, key, null, Ct);
                Assert.Equal(digests[stored!.Info.ETag], await Copy(stored));
                reads++;
            }
        }, Ct)).ToArray();
        for (var round = 0; round < 5; round++)
            await Task.WhenAll(contents.Select(content => Task.Run(() => Store.Write(Bucket, key, new MemoryStream(content), Ct), Ct)));
        await written.CancelAsync();

        await Task.WhenAll(readers);
    }

    protected static ObjectKey Named(string name) => ObjectKey.Named(Folder, ObjectName.FromLink(PercentEncoding.Encode(name))!);

    protected async Task<byte[]> Read(ObjectKey key)
    {
        await using var stored = await Store.Open(Bucket, key, null, Ct);
        return await Copy(stored!);
    }

    [SuppressMessage("Security", "CA5351", Justification = "ETags are MD5.")]
    private static string Md5(byte[] content) => Convert.ToHexStringLower(MD5.HashData(content));

    private static async Task<byte[]> Copy(StoredObject stored)
    {
        var copy = new MemoryStream();
        var writer = PipeWriter.Create(copy, new StreamPipeWriterOptions(leaveOpen: true));
        await stored.CopyTo(writer, Ct);
        await writer.CompleteAsync();
        return copy.ToArray();
    }

    private async Task<List<string>> Listed(string prefix)
    {
        var keys = new List<string>();
        await foreach (var item in Store.List(Bucket, prefix, Ct))
        {
            Assert.Equal(Encoding.UTF8.GetByteCount(item.Key.Text), item.Length);
            keys.Add(item.Key.Text);
        }
        return keys;
    }
}
