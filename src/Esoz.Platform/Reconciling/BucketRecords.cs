using Esoz.Platform.Health;
using Esoz.Platform.Storage;

namespace Esoz.Platform.Reconciling;

/// <summary>What the database says that a bucket holds.</summary>
public abstract class BucketRecords(Bucket bucket)
{
    public Bucket Bucket => bucket;

    /// <summary>Why an object that the database does not know is worth a look, and what to do; null = such objects are in order.</summary>
    public abstract string? AdviceOnUnknown { get; }

    /// <summary>
    /// The records of the next objects. All records of one folder, the first segment of a key, are in one page.
    /// </summary>
    /// <param name="after">The last folder of the page before; null = the first page.</param>
    /// <param name="limit">About how many.</param>
    public abstract Task<RecordPage> Page(string? after, int limit, CancellationToken ct);

    /// <summary>The record of one object now; null when there is none.</summary>
    /// <param name="key">As <see cref="IObjectStore.Walk"/> gives it.</param>
    public abstract Task<ObjectRecord?> Read(string key, CancellationToken ct);

    /// <summary>When a former upload of the object with this content was recorded; null when none was.</summary>
    public virtual Task<DateTime?> FindFormer(string key, string sha256, CancellationToken ct) => Task.FromResult<DateTime?>(null);
}

/// <summary>Some records in any order.</summary>
/// <param name="Last">The last folder; null when there are no more records.</param>
public sealed record RecordPage(IReadOnlyList<ObjectRecord> Records, string? Last);

/// <summary>What the database says of one object.</summary>
/// <param name="What">What kind of object it is, in a word or two.</param>
/// <param name="IfLost">How bad it is when it is not there, or not as it should be.</param>
/// <param name="Advice">What to do then.</param>
public sealed record ObjectRecord(string Key, string What, Severity IfLost, string Advice)
{
    /// <summary>Bytes; null when the database does not say.</summary>
    public long? Length { get; init; }

    /// <summary>Of its content, lower-case hexadecimal; null when the database does not say.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Others may replace the object without a record: this one is of its content up to then. Null = nobody may.</summary>
    public DateTime? HoldsUntil { get; init; }

    /// <summary>It is being written or removed, so it may be there or not.</summary>
    public bool IsUnsettled { get; init; }
}
