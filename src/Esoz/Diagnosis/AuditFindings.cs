using Esoz.Platform.Audit;
using Esoz.Platform.Health;
using Esoz.Platform.Storage;

namespace Esoz.Diagnosis;

/// <summary>Whether the audit log is sealed, copied outside the database and stamped (platform §13). Only reads.</summary>
public static class AuditFindings
{
    private const string Late = "a node with the role scheduler seals every minute: its log says why not; esoz audit seal does it now";

    private static readonly TimeSpan LongUnsealed = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongUnstamped = TimeSpan.FromHours(1);

    public static async Task<IReadOnlyList<Finding>> Of(
        Settings settings, PostgresDatabase database, TimeProvider clock, CancellationToken ct) =>
    [
        await Seals(database, ct),
        .. await Anchors(settings, database, clock, ct),
        .. settings.Audit.TimestampUrl is { } authority ? [await Stamps(database, authority, ct)] : Array.Empty<Finding>(),
    ];

    private static async Task<Finding> Seals(PostgresDatabase database, CancellationToken ct)
    {
        const string subject = "audit seals";
        return await database.Command("""
            SELECT min(inserted_at) FROM audit_log
             WHERE inserted_at >= coalesce((SELECT until_at FROM audit_seals WHERE log = 'audit_log' ORDER BY number DESC LIMIT 1), '-infinity')
               AND inserted_at < now() - $1
            """, LongUnsealed).ReadValue<DateTime?>(ct) is { } oldest
            ? Finding.Warning(subject, $"rows of the audit log since {oldest:yyyy-MM-ddTHH:mm:ssZ} are not sealed", Late)
            : Finding.Good(subject, "every row of the audit log that is older than 15 minutes is sealed");
    }

    /// <summary>A directory may be one of another node, so only the bucket is looked at.</summary>
    private static async Task<IReadOnlyList<Finding>> Anchors(
        Settings settings, PostgresDatabase database, TimeProvider clock, CancellationToken ct)
    {
        const string subject = "audit anchors";
        if (settings.Audit.AnchorBucket is not { } bucket)
            return [];
        using var store = settings.Storage.Open(clock);
        var anchors = SealedLogs.Bucket(settings, store)!;
        try
        {
            return
            [
                await anchors.OldestMissing(database, LongUnsealed, ct) is { } oldest
                    ? Finding.Warning(subject, $"{anchors.Place} lacks the seals since {oldest:yyyy-MM-ddTHH:mm:ssZ}", Late)
                    : Finding.Good(subject, $"{anchors.Place} has every seal that is older than 15 minutes"),
                await Lock(settings.Audit, store, bucket, ct),
            ];
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            return
            [
                Finding.Warning(subject, $"{anchors.Place} cannot be read: {AuditAnchors.Reason(failure)}",
                    "seals wait in the database until it can be written; see the finding about the bucket"),
            ];
        }
    }

    private static async Task<Finding> Lock(AuditOptions audit, IObjectStore store, Bucket bucket, CancellationToken ct)
    {
        const string subject = "audit object lock";
        var days = (int)audit.AnchorRetention.TotalDays;
        return !await store.HasLock(bucket, ct)
            ? Finding.Warning(subject, $"bucket {bucket.Physical} has no object lock: whoever may write to it may remove the copies of the seals",
                "name a new bucket in AUDIT_ANCHOR_BUCKET and let esoz storage create-buckets make it in an S3 store")
            : days == 0 ? Finding.Good(subject, $"bucket {bucket.Physical} has it; its default retention counts")
            : Finding.Good(subject, $"{days} days, {audit.AnchorRetentionMode.ToString().ToUpperInvariant()}");
    }

    private static async Task<Finding> Stamps(PostgresDatabase database, Uri authority, CancellationToken ct)
    {
        const string subject = "audit time stamps";
        return await database.Command($"""
            SELECT min(day) FROM audit_days
             WHERE sealed_at < now() - $1
               AND NOT EXISTS (SELECT FROM audit_proofs WHERE audit_proofs.day = audit_days.day AND kind = '{DayProofKind.Timestamp}')
            """, LongUnstamped).ReadValue<DateOnly?>(ct) is { } oldest
            ? Finding.Warning(subject, $"days since {oldest:yyyy-MM-dd} have no time stamp of {authority}",
                "a node with the role scheduler asks for them every minute: its log says why not; the authority must be trusted (esoz trust list)")
            : Finding.Good(subject, "every day has one");
    }
}
