namespace Esoz.BulkExport.Snapshots;

/// <summary>One row of <see cref="SnapshotTable"/>: a snapshot and the outcome of its build.</summary>
/// <param name="State">BUILDING, READY, RETIRED or FAILED.</param>
/// <param name="Rows">Rows of the full set; null before it is READY, as <paramref name="Bytes"/>.</param>
/// <param name="Bytes">Bytes of the full set, as stored.</param>
/// <param name="Error">Why it failed.</param>
public sealed record SnapshotBuild(
    Snapshot Snapshot, string State, long? Rows, long? Bytes, DateTime StartedAt, DateTime? FinishedAt, string? Error)
{
    public TimeSpan? Took => FinishedAt - StartedAt;
}

/// <summary>A build whose snapshot went into service and may have been removed since.</summary>
public sealed record PastBuild(DateTime StartedAt, TimeSpan Took, long Rows, long Bytes);
