using System.Collections.Concurrent;
using System.Security.Cryptography;
using Esoz.Platform.Storage;

namespace Esoz.BulkExport.Snapshots;

/// <summary>
/// The files of the bulk export in the object store (pis-bulk §3.8):
/// <c>{resource}/{generation}/full.json.gz</c>, <c>…/depth-{k}.json.gz</c>, <c>…/removed.json.gz</c>, <c>…/manifest.json</c> and
/// <c>{resource}/current.json</c>.
/// </summary>
public sealed class SnapshotFiles(IObjectStore store, Bucket bucket)
{
    /// <summary>Covers generations in service and recently retired; a manifest never changes.</summary>
    private const int RememberedManifests = 64;

    private const int PieceLength = 256 * 1024;

    private readonly ConcurrentDictionary<Guid, SnapshotManifest> _manifests = new();

    /// <summary>Uploads a window and reads it back.</summary>
    /// <exception cref="InvalidDataException">The store does not hold what was sent.</exception>
    public async Task Upload(Snapshot snapshot, SnapshotWindow window, Stream content, CancellationToken ct)
    {
        var key = Key(snapshot, window.File);
        await store.Write(bucket, key, content, ct);
        await using var stored = await store.Open(bucket, key, range: null, ct)
            ?? throw new InvalidDataException($"{key} is not in the store after its upload.");
        var digest = await Sha256(stored.Content, ct);
        if (stored.Info.Length != window.Bytes || digest != window.Sha256)
            throw new InvalidDataException(
                $"{key} has {stored.Info.Length} bytes with SHA-256 {digest} in the store, but {window.Bytes} with {window.Sha256} were sent.");
    }

    public Task WriteManifest(Snapshot snapshot, SnapshotManifest manifest, CancellationToken ct) =>
        Write(Key(snapshot, "manifest.json"), manifest.ToJson(), ct);

    /// <summary>Writes the pointer to the snapshot in service.</summary>
    public Task WritePointer(Snapshot snapshot, CancellationToken ct) =>
        Write(ObjectKey.Plain($"{snapshot.Resource}/current.json"), PointerTo(snapshot).ToJson(), ct);

    public static SnapshotPointer PointerTo(Snapshot snapshot) =>
        new(snapshot.Generation, snapshot.At, $"{snapshot.Prefix}/manifest.json");

    public async ValueTask<SnapshotManifest> ReadManifest(Snapshot snapshot, CancellationToken ct)
    {
        if (_manifests.TryGetValue(snapshot.Generation, out var known))
            return known;
        await using var stored = await Open(snapshot, "manifest.json", range: null, ct);
        var manifest = await SnapshotManifest.Read(stored.Content, ct);
        if (_manifests.Count >= RememberedManifests)
            _manifests.Clear();
        return _manifests[snapshot.Generation] = manifest;
    }

    /// <summary>
    /// A window, or a part of its stored bytes, open for reading. It stays readable even if the snapshot is removed meanwhile.
    /// </summary>
    public Task<StoredObject> Open(Snapshot snapshot, SnapshotWindow window, ByteRange? range, CancellationToken ct) =>
        Open(snapshot, window.File, range, ct);

    /// <summary>The first file of the snapshot that is not in the store as it was written; null when all are there.</summary>
    public async Task<string?> FindLost(Snapshot snapshot, CancellationToken ct)
    {
        SnapshotManifest manifest;
        try
        {
            await using var content = await Open(snapshot, "manifest.json", range: null, ct);
            manifest = await SnapshotManifest.Read(content.Content, ct);
        }
        catch (SnapshotLostException)
        {
            return Key(snapshot, "manifest.json").ToString();
        }
        var stored = new Dictionary<string, long>();
        await foreach (var listed in store.List(bucket, snapshot.Prefix + "/", ct))
            stored[listed.Key.Text] = listed.Length;
        var windows = manifest.Removed is { } removed ? manifest.Files.Append(removed) : manifest.Files;
        return windows.Where(window => stored.GetValueOrDefault(Key(snapshot, window.File).Text, -1) != window.Bytes)
            .Select(window => Key(snapshot, window.File).Text).FirstOrDefault();
    }

    /// <summary>Removes every object of the snapshot.</summary>
    public async Task Remove(Snapshot snapshot, CancellationToken ct)
    {
        // The listing is read completely first: stores differ in what they list while objects are deleted.
        var keys = new List<ObjectKey>();
        await foreach (var listed in store.List(bucket, snapshot.Prefix + "/", ct))
            keys.Add(listed.Key);
        foreach (var key in keys)
            await store.Delete(bucket, key, ct);
    }

    private async Task<StoredObject> Open(Snapshot snapshot, string file, ByteRange? range, CancellationToken ct)
    {
        var key = Key(snapshot, file);
        return await store.Open(bucket, key, range, ct) ?? throw new SnapshotLostException(key);
    }

    /// <summary>Uses large buffers and its own thread: asynchronous file reads would switch threads for every buffer.</summary>
    private static Task<string> Sha256(Stream content, CancellationToken ct) => Task.Factory.StartNew(() =>
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceLength];
        int read;
        while ((read = content.Read(piece)) > 0)
        {
            ct.ThrowIfCancellationRequested();
            digest.AppendData(piece, 0, read);
        }
        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }, ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private async Task Write(ObjectKey key, byte[] content, CancellationToken ct)
    {
        using var stream = new MemoryStream(content, writable: false);
        await store.Write(bucket, key, stream, ct);
    }

    private static ObjectKey Key(Snapshot snapshot, string file) => ObjectKey.Plain($"{snapshot.Prefix}/{file}");
}
