namespace Esoz.BulkExport.Snapshots;

/// <summary>States of a snapshot (data-model §9). Lifecycle: BUILDING → READY or FAILED; READY → RETIRED.</summary>
internal static class SnapshotState
{
    public const string Building = "BUILDING";
    public const string Ready = "READY";
    public const string Retired = "RETIRED";
    public const string Failed = "FAILED";
}
