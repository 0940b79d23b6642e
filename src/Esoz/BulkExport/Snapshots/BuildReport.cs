namespace Esoz.BulkExport.Snapshots;

/// <summary>A completed build.</summary>
/// <param name="Windows">Depth 1 to the largest, then the full set.</param>
/// <param name="WindowsValidFrom">See <see cref="WindowStarts"/>; null = always.</param>
/// <param name="Form">See <see cref="BulkResource.FormOf"/>.</param>
public sealed record BuildReport(
    Snapshot Snapshot, IReadOnlyList<SnapshotWindow> Windows, DateTime? WindowsValidFrom, string Form, TimeSpan Elapsed)
{
    public SnapshotWindow Full => Windows[^1];

    /// <summary>What it was read from, for <see cref="LateWrites"/>.</summary>
    public required string ReadAsOf { get; init; }
}
