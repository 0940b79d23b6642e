using Esoz.Platform.Storage;

namespace Esoz.BulkExport.Snapshots;

/// <summary>
/// A file of the snapshot in service is not in the store, as after a restore of one of the two. It is built anew within the hour
/// (<see cref="Building.BuildSnapshots.RunLost"/>); until then it is not ready.
/// </summary>
public sealed class SnapshotLostException : StoreUnavailableException
{
    public SnapshotLostException(ObjectKey key) : base($"{key} is not in the store") =>
        Refusal = new(RefusalKind.NotReady, "Snapshot is not ready") { RetryAfter = TimeSpan.FromSeconds(60) };
}
