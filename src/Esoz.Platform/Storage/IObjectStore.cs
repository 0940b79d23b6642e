namespace Esoz.Platform.Storage;

/// <summary>
/// Whole objects in buckets. Two implementations: <see cref="FileSystemStore"/>, embedded, and <see cref="S3Store"/>. An object becomes
/// visible only when it is complete, and is acknowledged only when it is durable; an open object stays readable when it is replaced or
/// deleted. Buckets are created by the operator (<c>storage create-buckets</c>), except directories of the embedded store.
/// </summary>
public interface IObjectStore : IDisposable
{
    /// <summary>Opens the object, or a part of it, for reading; null when it does not exist.</summary>
    /// <param name="range">Must lie within the object.</param>
    Task<StoredObject?> Open(Bucket bucket, ObjectKey key, ByteRange? range, CancellationToken ct);

    /// <summary>Metadata of the object; null when it does not exist.</summary>
    Task<ObjectInfo?> Find(Bucket bucket, ObjectKey key, CancellationToken ct);

    /// <summary>
    /// Creates or replaces the object with the stream's content from its current position. With concurrent writers, the last to complete
    /// wins.
    /// </summary>
    /// <exception cref="StorageFullException">The new content is removed; an existing object is unchanged.</exception>
    Task<ObjectInfo> Write(Bucket bucket, ObjectKey key, Stream content, CancellationToken ct);

    /// <summary>
    /// The same for an object that nobody can replace or remove before an instant. Only of a bucket that <see cref="HasLock"/>.
    /// </summary>
    /// <param name="retention">Null = the default retention of the bucket.</param>
    Task WriteLocked(Bucket bucket, ObjectKey key, byte[] content, Retention? retention, CancellationToken ct);

    /// <summary>Whether the bucket can keep objects from being replaced or removed (object lock of S3).</summary>
    Task<bool> HasLock(Bucket bucket, CancellationToken ct);

    /// <summary>Removes the object; a missing object is not a fault.</summary>
    Task Delete(Bucket bucket, ObjectKey key, CancellationToken ct);

    /// <summary>Objects with plain keys that start with <paramref name="prefix"/>, ordered by key.</summary>
    IAsyncEnumerable<ListedObject> List(Bucket bucket, string prefix, CancellationToken ct);

    /// <summary>
    /// Every object of the bucket in <see cref="KeyOrder"/>, in bounded memory. A named object of the embedded store has the key
    /// <c>{folder}/{SHA-256 of the name}</c>, lower-case hexadecimal.
    /// </summary>
    /// <param name="after">Keys up to this one are left out; null = none.</param>
    IAsyncEnumerable<WalkedObject> Walk(Bucket bucket, string? after, CancellationToken ct);

    /// <summary>
    /// The object of a key that <see cref="Walk"/> gives. An upload of the embedded store that is in its last step, between its record and
    /// the replacement, is waited for.
    /// </summary>
    /// <param name="readsContent">To compute its digest.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="IOException">Its content cannot be read.</exception>
    Task<ExaminedObject?> Examine(Bucket bucket, string key, bool readsContent, CancellationToken ct);

    /// <summary>Tests access to the bucket: the reason why it cannot be used, or null. Anything written by the test is removed.</summary>
    Task<StoreFault?> Reach(Bucket bucket, CancellationToken ct);

    /// <summary>Creates the bucket if it does not exist.</summary>
    /// <param name="hasLock">With object lock, which no bucket can be given later; the embedded store has none.</param>
    /// <returns>Whether it was created, and the reason why it cannot be used, or null.</returns>
    Task<(bool IsNew, StoreFault? Fault)> CreateBucket(Bucket bucket, bool hasLock, CancellationToken ct);

    /// <summary>
    /// From now on the bucket keeps what is replaced or deleted through links. The embedded store always does; another one has to be told.
    /// </summary>
    /// <returns>The reason why it does not; null when it does.</returns>
    Task<StoreFault?> KeepVersions(Bucket bucket, CancellationToken ct);

    /// <summary>Whether the bucket keeps what is replaced or deleted through links; changes nothing.</summary>
    /// <returns>The reason why it does not, or why nobody can tell; null when it does.</returns>
    Task<StoreFault?> FindVersions(Bucket bucket, CancellationToken ct);

    /// <summary>
    /// Removes the remains of uploads that started before <paramref name="before"/> and never ended. Objects are not affected.
    /// </summary>
    /// <returns>Number of removed files or uploads.</returns>
    Task<int> RemoveUnfinished(Bucket bucket, DateTimeOffset before, CancellationToken ct);
}

/// <summary>Metadata of a stored object.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="ETag">Changes with the content; without quotes. MD5 in hexadecimal for named objects of the embedded store and for S3
/// objects uploaded in one request, otherwise opaque. Empty when the store returns none, as Swift does for an upload that a later one has
/// overtaken.</param>
/// <param name="LastModified">Time when the upload completed.</param>
public sealed record ObjectInfo(long Length, string ETag, DateTimeOffset LastModified);

/// <summary>For how long an object can neither be replaced nor removed.</summary>
public sealed record Retention(DateTime Until, RetentionMode Mode);

/// <summary>Who can end a retention before its time.</summary>
public enum RetentionMode
{
    /// <summary>Nobody.</summary>
    Compliance,
    /// <summary>Who has the permission <c>s3:BypassGovernanceRetention</c>.</summary>
    Governance,
}

/// <summary>One line of a listing.</summary>
public sealed record ListedObject(ObjectKey Key, long Length, DateTimeOffset LastModified);

/// <summary>One object of a walk through a bucket; its key may be one that the program does not make.</summary>
public sealed record WalkedObject(string Key, long Length);

/// <summary>What there is under a key.</summary>
/// <param name="Sha256">Lower-case hexadecimal; null when the content was not read.</param>
public sealed record ExaminedObject(long Length, DateTimeOffset LastModified, string? Sha256);

/// <summary>The store has no space for the object.</summary>
public sealed class StorageFullException(Exception cause) : IOException("The object store has no space left.", cause);
