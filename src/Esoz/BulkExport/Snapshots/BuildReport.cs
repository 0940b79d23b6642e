namespace Esoz.BulkExport.Snapshots;

/// <summary>A completed build.</summary>
/// <param name="Windows">Depth 1 to the largest, then the full set.</param>
public sealed record BuildReport(Snapshot Snapshot, IReadOnlyList<SnapshotWindow> Windows, TimeSpan Elapsed)
{
    public SnapshotWindow Full => Windows[^1];
}
