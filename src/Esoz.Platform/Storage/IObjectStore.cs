namespace Esoz.Platform.Storage;

/// <summary>
/// Whole objects in buckets. Two implementations: <see cref="FileSystemStore"/>, embedded, and <see cref="S3Store"/>. An object is
/// visible only when it is complete, and acknowledged only when it is durable; what is being read stays readable when it is replaced or
/// deleted meanwhile. Buckets are created by the operator, except directories of the embedded store.
/// </summary>
public interface IObjectStore : IDisposable
{
    /// <summary>The object, or a part of it, open for reading; null when it is absent.</summary>
    /// <param name="range">Must lie within the object.</param>
    Task<StoredObject?> Open(Bucket bucket, ObjectKey key, ByteRange? range, CancellationToken ct);

    /// <summary>What is known of the object without reading it; null when it is absent.</summary>
    Task<ObjectInfo?> Find(Bucket bucket, ObjectKey key, CancellationToken ct);

    /// <summary>
    /// Creates or replaces the object with what the stream holds from its position on. Of several writers the last to complete wins.
    /// </summary>
    /// <exception cref="StorageFullException">Nothing of the new content remains; an old object stays.</exception>
    Task<ObjectInfo> Write(Bucket bucket, ObjectKey key, Stream content, CancellationToken ct);

    /// <summary>Removes the object; an absent one is no fault.</summary>
    Task Delete(Bucket bucket, ObjectKey key, CancellationToken ct);

    /// <summary>Objects with plain keys that begin with <paramref name="prefix"/>, in the order of their keys.</summary>
    IAsyncEnumerable<ListedObject> List(Bucket bucket, string prefix, CancellationToken ct);

    /// <summary>
    /// Why the bucket cannot be used, found out by asking for it; null when it can. What has to be written to find out is gone afterwards.
    /// </summary>
    Task<StoreFault?> Reach(Bucket bucket, CancellationToken ct);

    /// <summary>Removes what uploads left behind that began before an instant and never ended. No object is touched.</summary>
    /// <returns>How many there were.</returns>
    Task<int> RemoveUnfinished(Bucket bucket, DateTimeOffset before, CancellationToken ct);
}

/// <summary>What a store knows of an object.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="ETag">
/// Changes with the content; without quotes. MD5 in hexadecimal for named objects of the embedded store and for S3 objects uploaded in one
/// piece, otherwise opaque. Empty where the store tells none: Swift does not, of an upload that a later one has overtaken.
/// </param>
/// <param name="LastModified">When the upload was completed.</param>
public sealed record ObjectInfo(long Length, string ETag, DateTimeOffset LastModified);

/// <summary>One line of a listing.</summary>
public sealed record ListedObject(ObjectKey Key, long Length, DateTimeOffset LastModified);

/// <summary>There is no space for the object.</summary>
public sealed class StorageFullException(Exception cause) : IOException("The object store has no space left.", cause);
