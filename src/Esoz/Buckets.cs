using Esoz.Platform.Configuration;
using Esoz.Platform.Storage;

namespace Esoz;

/// <summary>Every bucket of the program, one per kind of object (media-storage §4).</summary>
public sealed record Buckets
{
    /// <summary>Files of ambulatory contracts, reached through signed links.</summary>
    public required Bucket AmbulatoryContracts { get; init; }

    /// <summary>Snapshots of the bulk export.</summary>
    public required Bucket BulkActions { get; init; }

    /// <summary>Signed content of compositions.</summary>
    public required Bucket Compositions { get; init; }

    public IReadOnlyList<Bucket> All => [AmbulatoryContracts, BulkActions, Compositions];

    public static Buckets Read(SettingReader read, StorageOptions storage, Deployment deployment)
    {
        var buckets = new Buckets
        {
            AmbulatoryContracts = storage.ReadBucket(read, "MEDIA_STORAGE_AMBULATORY_CONTRACTS_BUCKET",
                "ambulatory_contracts" + (deployment == Deployment.Prod ? "" : $"-{deployment.ToString().ToLowerInvariant()}")),
            BulkActions = storage.ReadBucket(read, "MEDIA_STORAGE_BULK_ACTIONS_BUCKET", "bulk-actions"),
            Compositions = storage.ReadBucket(read, "MEDIA_STORAGE_COMPOSITIONS_BUCKET", "compositions"),
        };
        foreach (var shared in buckets.All.GroupBy(bucket => bucket.Physical).Where(group => group.Count() > 1))
            read.Fault($"The buckets {string.Join(" and ", shared.Select(bucket => bucket.Logical))} are both '{shared.Key}' in the object store: "
                + "configure a separate bucket for each (MEDIA_STORAGE_…_BUCKET, OBJECT_STORAGE_BUCKET_MAP).");
        return buckets;
    }
}
