using Esoz.Platform.Health;
using Esoz.Platform.Storage;

namespace Esoz.Platform.Reconciling;

/// <summary>
/// Compares what the database says that a bucket holds with what it holds, as two streams in the order of keys, so that a million objects
/// need no more memory than a thousand.
/// <para>
/// The streams are read while uploads and builds go on, so a difference between them is only a suspicion. Each one is settled by itself:
/// the record is read, then the object, then the record again, until it is the same before and after. Whatever writes keeps to one of two
/// orders: the record comes first and goes last (snapshots, uploads to the embedded store, for whose last step
/// <see cref="IObjectStore.Examine"/> waits), or the object comes first and its unfinished task makes the record
/// <see cref="ObjectRecord.IsUnsettled"/>. So what is found was so at that moment, and what is under way is not found.
/// </para>
/// </summary>
/// <param name="readsContents">Whether every object with a record is read, for its digest.</param>
/// <param name="found">Called for each finding.</param>
public sealed class Reconciliation(IObjectStore store, BucketRecords records, bool readsContents, Action<StorageFinding> found)
{
    /// <summary>Records read at once.</summary>
    private const int PageLength = 1_000;

    /// <summary>How often a record that changes while it is compared is compared again.</summary>
    private const int MaxAttempts = 3;

    /// <summary>How far the clocks of the store and of the database may be apart.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private readonly Bucket _bucket = records.Bucket;
    private Reconciled _sum = new();

    /// <param name="after">Where a former run has stopped (<see cref="Reconciled.Last"/>); null = at the beginning.</param>
    /// <param name="limits">Where to stop at the latest; null = at the end.</param>
    /// <param name="watch">Called now and then with the numbers so far.</param>
    /// <exception cref="StoreUnavailableException"/>
    public async Task<Reconciled> Run(
        string? after, ReconciliationLimits? limits, CancellationToken ct, Action<Reconciled>? watch = null)
    {
        _sum = new();
        await using var objects = store.Walk(_bucket, EndOf(after), ct).GetAsyncEnumerator(ct);
        var isObject = await objects.MoveNextAsync();
        do
        {
            var page = await records.Page(after, Math.Min(limits?.Records ?? PageLength, PageLength), ct);
            var (start, end) = (EndOf(after), EndOf(page.Last));
            var here = page.Records.ToLookup(record => IsBetween(start, record.Key, end));
            foreach (var record in here[true].OrderBy(record => record.Key, KeyOrder.Instance))
            {
                while (isObject && KeyOrder.Instance.Compare(objects.Current.Key, record.Key) < 0)
                {
                    await LookAt(record: null, objects.Current, ct);
                    isObject = await objects.MoveNextAsync();
                }
                var isThere = isObject && objects.Current.Key == record.Key;
                await LookAt(record, isThere ? objects.Current : null, ct);
                isObject = isThere ? await objects.MoveNextAsync() : isObject;
            }
            while (isObject && IsBetween(start, objects.Current.Key, end) && _sum.Objects < (limits?.Objects ?? long.MaxValue))
            {
                await LookAt(record: null, objects.Current, ct);
                isObject = await objects.MoveNextAsync();
            }
            // Rows that were imported may name objects anywhere.
            foreach (var stray in here[false])
                await LookAt(stray, listed: null, ct);
            after = page.Last;
            watch?.Invoke(_sum);
        }
        while (after is not null && limits?.AreReachedBy(_sum) != true);
        return _sum with { Last = after };
    }

    /// <summary>One object with its record, or one of them.</summary>
    private async Task LookAt(ObjectRecord? record, WalkedObject? listed, CancellationToken ct)
    {
        _sum = _sum with { Records = _sum.Records + (record is null ? 0 : 1), Objects = _sum.Objects + (listed is null ? 0 : 1) };
        if (record is { IsUnsettled: true })
            return;
        if (record is null && records.AdviceOnUnknown is null)
            _sum = _sum with { Unrecorded = _sum.Unrecorded + 1 };
        else if (record is null || listed is null || record.Length is { } length && length != listed.Length
            || readsContents && !await IsAsRecorded(record, ct))
            await Settle(record?.Key ?? listed!.Key, ct);
    }

    private async Task<bool> IsAsRecorded(ObjectRecord record, CancellationToken ct)
    {
        try
        {
            return await store.Examine(_bucket, record.Key, readsContent: true, ct) is { } held
                && (record.Sha256 is null || record.Sha256 == held.Sha256);
        }
        catch (IOException)
        {
            // Told when it fails again.
            return false;
        }
    }

    /// <summary>Tells what is wrong with the object, if anything is.</summary>
    private async Task Settle(string key, CancellationToken ct)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var before = await records.Read(key, ct);
            var (held, fault) = await Examine(key, before, ct);
            var now = await records.Read(key, ct);
            if (before != now)
                continue;
            if ((fault ?? await Judge(key, now, held, ct)) is not { } finding)
                return;
            _sum = _sum.With(finding);
            found(finding);
            return;
        }
        _sum = _sum with { Changing = _sum.Changing + 1 };
    }

    private async Task<(ExaminedObject? Held, StorageFinding? Fault)> Examine(string key, ObjectRecord? record, CancellationToken ct)
    {
        try
        {
            return (await store.Examine(_bucket, key, readsContent: record is not null && (readsContents || record.Sha256 is not null), ct),
                null);
        }
        catch (IOException fault) when (record is not null)
        {
            return (null, Finding(record.IfLost, StorageFault.Unreadable, key, $"{record.What} cannot be read: {fault.Message}",
                record.Advice));
        }
    }

    private async Task<StorageFinding?> Judge(string key, ObjectRecord? record, ExaminedObject? held, CancellationToken ct)
    {
        if (record is null)
            return held is null || records.AdviceOnUnknown is not { } advice ? null
                : Finding(Severity.Warning, StorageFault.Unknown, key, $"{held.Length} bytes that the database does not know", advice);
        if (record.IsUnsettled)
            return null;
        if (held is null)
            return Finding(record.IfLost, StorageFault.Missing, key, $"{record.What} is not in the store", record.Advice);
        if (held.LastModified.UtcDateTime > record.HoldsUntil + Skew)
        {
            _sum = _sum with { Unproved = _sum.Unproved + 1 };
            return null;
        }
        if (record.Sha256 is { } sha256 && held.Sha256 is { } digest && digest != sha256)
            return await records.FindFormer(key, digest, ct) is { } at
                ? Finding(Severity.Warning, StorageFault.Former, key, $"{record.What} is as it was sent at {at:yyyy-MM-dd HH:mm:ss}Z, but a later upload is on record",
                    "that upload has failed in its last step, or the store was restored to an earlier moment: send the file again")
                : Finding(record.IfLost, StorageFault.Different, key, $"{record.What} has SHA-256 {digest}, the record says {sha256}", record.Advice);
        return record.Length is { } length && length != held.Length
            ? Finding(record.IfLost, StorageFault.Different, key, $"{record.What} has {held.Length} bytes, the record says {length}", record.Advice)
            : null;
    }

    private StorageFinding Finding(Severity severity, StorageFault fault, string key, string what, string advice) =>
        new(severity, fault, _bucket.Logical, key, what, advice);

    /// <summary>What all keys of the folder are before: the character 0 follows the slash.</summary>
    private static string? EndOf(string? folder) => folder is null ? null : $"{folder}0";

    private static bool IsBetween(string? start, string key, string? end) =>
        (start is null || KeyOrder.Instance.Compare(key, start) > 0) && (end is null || KeyOrder.Instance.Compare(key, end) <= 0);
}

/// <summary>Where a comparison stops; one page may go beyond it.</summary>
public sealed record ReconciliationLimits(int Records, int Objects)
{
    public bool AreReachedBy(Reconciled sum) => sum.Records >= Records || sum.Objects >= Objects;
}
