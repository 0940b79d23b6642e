namespace Esoz.BulkExport.Snapshots;

/// <summary>The windows of a snapshot in service.</summary>
/// <param name="ValidFrom">Copies of earlier snapshots need the full set (<see cref="WindowStarts"/>); null = none does.</param>
/// <param name="Rows">Of the window of one day, of two days and so on.</param>
public sealed record ServedWindows(DateTime SnapshotAt, DateTime? ValidFrom, IReadOnlyList<long> Rows);
