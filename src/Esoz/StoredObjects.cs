using Esoz.BulkExport.Snapshots;
using Esoz.BulkExport.Verifying;
using Esoz.Compositions;
using Esoz.MediaStorage;
using Esoz.Platform.Reconciling;
using Esoz.Platform.Storage;

namespace Esoz;

/// <summary>Table of contents: the buckets that the database has records of (docs/adr/0056).</summary>
public static class StoredObjects
{
    public static IReadOnlyList<BucketRecords> Of(Settings settings, PostgresDatabase database, IObjectStore store) =>
    [
        new ContractFileRecords(
            database, settings.Buckets.AmbulatoryContracts, isEmbedded: settings.Storage.Backend == StorageBackend.FileSystem),
        new SnapshotRecords(
            new SnapshotTable(database), new SnapshotFiles(store, settings.Buckets.BulkActions), settings.Buckets.BulkActions),
        new SignedContentRecords(database, settings.Buckets.Compositions),
    ];
}
