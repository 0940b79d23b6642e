using Esoz.Platform.Telemetry;

namespace Esoz.Platform.Storage;

/// <summary>
/// A store with a span for each operation that a request or a task waits for. The span contains the bucket, never the key, because keys may
/// identify people.
/// </summary>
public sealed class TracedStore(IObjectStore store) : IObjectStore
{
    public Task<StoredObject?> Open(Bucket bucket, ObjectKey key, ByteRange? range, CancellationToken ct) =>
        Traced("open", bucket, () => store.Open(bucket, key, range, ct));

    public Task<ObjectInfo?> Find(Bucket bucket, ObjectKey key, CancellationToken ct) =>
        Traced("find", bucket, () => store.Find(bucket, key, ct));

    public Task<ObjectInfo> Write(Bucket bucket, ObjectKey key, Stream content, CancellationToken ct) =>
        Traced("write", bucket, () => store.Write(bucket, key, content, ct));

    public Task WriteLocked(Bucket bucket, ObjectKey key, byte[] content, Retention? retention, CancellationToken ct) =>
        Traced("write", bucket, async () =>
        {
            await store.WriteLocked(bucket, key, content, retention, ct);
            return true;
        });

    public Task<bool> HasLock(Bucket bucket, CancellationToken ct) => store.HasLock(bucket, ct);

    public Task Delete(Bucket bucket, ObjectKey key, CancellationToken ct) => Traced("delete", bucket, async () =>
    {
        await store.Delete(bucket, key, ct);
        return true;
    });

    public IAsyncEnumerable<ListedObject> List(Bucket bucket, string prefix, CancellationToken ct) => store.List(bucket, prefix, ct);

    public IAsyncEnumerable<WalkedObject> Walk(Bucket bucket, string? after, CancellationToken ct) => store.Walk(bucket, after, ct);

    public Task<ExaminedObject?> Examine(Bucket bucket, string key, bool readsContent, CancellationToken ct) =>
        store.Examine(bucket, key, readsContent, ct);

    public Task<StoreFault?> Reach(Bucket bucket, CancellationToken ct) => store.Reach(bucket, ct);

    public Task<(bool IsNew, StoreFault? Fault)> CreateBucket(Bucket bucket, bool hasLock, CancellationToken ct) =>
        store.CreateBucket(bucket, hasLock, ct);

    public Task<StoreFault?> KeepVersions(Bucket bucket, CancellationToken ct) => store.KeepVersions(bucket, ct);

    public Task<StoreFault?> FindVersions(Bucket bucket, CancellationToken ct) => store.FindVersions(bucket, ct);

    public Task<int> RemoveUnfinished(Bucket bucket, DateTimeOffset before, CancellationToken ct) =>
        store.RemoveUnfinished(bucket, before, ct);

    public void Dispose() => store.Dispose();

    /// <summary>Runs the operation of any store in a span of its own.</summary>
    public static async Task<T> Traced<T>(string operation, Bucket bucket, Func<Task<T>> run)
    {
        using var timing = RequestTimes.Of(Waits.Store);
        using var span = Spans.StartStore(operation, bucket.Logical);
        try
        {
            return await run();
        }
        catch (Exception fault)
        {
            span.Fail(fault);
            throw;
        }
    }
}
