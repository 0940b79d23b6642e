using Esoz.BulkExport.Snapshots;
using Microsoft.Extensions.Primitives;

namespace Esoz.BulkExport.Serving;

/// <summary>
/// Common part of the bulk methods (pis-bulk §2, §5, §6): checks <c>depth</c>, finds the snapshot in service and answers with the window. A
/// download continues with the snapshot with which it began.
/// </summary>
public sealed class SnapshotDownload(
    ServedSnapshots served, SnapshotTable snapshots, SnapshotFiles files, SnapshotCache cache, BulkExportOptions options,
    BulkExportMetrics metrics, TransferWatch watch, TimeProvider clock, ILogger<SnapshotDownload> log)
{
    private static readonly TimeSpan MinRetryAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromDays(1);

    public static IReadOnlyList<QueryParameter> Query { get; } =
    [
        new("depth", QueryType.Integer(1),
            "Days of changes, counted back from the instant of the snapshot, at most PIS_BULK_ACTIONS_MAX_DEPTH (30); absent = all records.")
        {
            EmptyIsWrong = true,
        },
        new("removed", QueryType.Flag,
            "true = what was removed within the largest window and is not there now: items have id and removed_at only; depth makes no difference."),
    ];

    /// <summary>Validations of every bulk method with <c>depth</c>.</summary>
    public static IReadOnlyList<Validation> Validations { get; } =
    [
        new("1", "depth is an integer", DepthFault("x")),
        new("1", "depth is 1 or more", DepthFault("0")),
        new("1", "depth is not more than the largest depth of the snapshot", DepthFault("31")),
        new("1", "removed is true or false", RemovedFault),
        new("2", "a snapshot is ready", NotReady),
        new("3", "the preconditions of the request hold", Preconditions.Failed),
        new("4", "NDJSON: the range begins before the end", SnapshotReply.OutOfRange),
    ];

    /// <summary>Validations of a bulk method without windows.</summary>
    public static IReadOnlyList<Validation> ValidationsWithoutDepth { get; } =
    [
        new("1", "a snapshot is ready", NotReady),
        new("2", "the preconditions of the request hold", Preconditions.Failed),
        new("3", "NDJSON: the range begins before the end", SnapshotReply.OutOfRange),
    ];

    /// <summary>Refusal of a depth outside 1 to 30 (the default maximum).</summary>
    private static Refusal DepthFault(string sent)
    {
        var query = new QueryReader(new QueryCollection(new Dictionary<string, StringValues> { ["depth"] = sent }), Query);
        ReadDepth(query, max: 30);
        return query.Refusal!;
    }

    private static Refusal RemovedFault
    {
        get
        {
            var query = new QueryReader(new QueryCollection(new Dictionary<string, StringValues> { ["removed"] = "x" }), Query);
            query.Read<bool?>("removed");
            return query.Refusal!;
        }
    }

    private static int? ReadDepth(QueryReader query, int max) => query.Read<int?>("depth", QueryType.Integer(1, max));

    private static Refusal NotReady => new(RefusalKind.NotReady, "Snapshot is not ready");

    public async Task<Reply> Of(BulkResource resource, KeyHolder caller, QueryReader query, CancellationToken ct)
    {
        var snapshot = await served.Find(resource.Name, ct);

        var depth = resource.HasWindows ? ReadDepth(query, snapshot?.MaxDepth ?? options.MaxDepth) : null;
        var isOfRemovals = resource.HasWindows && query.Read<bool?>("removed") == true;
        if (query.Refusal is { } refusal)
            return refusal;

        var manifest = snapshot is null ? null : await files.ReadManifest(snapshot, ct);
        // A snapshot that an earlier version built says nothing about removals.
        var window = isOfRemovals ? manifest?.Removed : manifest?.Window(depth);
        if (window is null)
            return NotReady with { RetryAfter = await RetryAfter(resource, ct) };
        return new SnapshotReply(snapshot!, window, files, cache, watch, new DownloadLog(caller.ClientId, metrics, clock, log));
    }

    /// <summary>Short while a build is running, otherwise until the next scheduled one.</summary>
    private async Task<TimeSpan> RetryAfter(BulkResource resource, CancellationToken ct)
    {
        if (await snapshots.IsBuilding(resource.Name, ct))
            return MinRetryAfter;
        var now = clock.GetUtcNow().UtcDateTime;
        var wait = options.NextRun(resource, now) - now ?? MaxRetryAfter;
        return wait < MinRetryAfter ? MinRetryAfter : wait > MaxRetryAfter ? MaxRetryAfter : wait;
    }
}
