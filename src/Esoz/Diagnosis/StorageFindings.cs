using Amazon.Runtime;
using Esoz.Platform.Storage;

namespace Esoz.Diagnosis;

/// <summary>Whether every bucket can be reached. Only lists; nothing is written.</summary>
public static class StorageFindings
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Finding>> Of(Settings settings, TimeProvider clock, CancellationToken ct)
    {
        if (settings.Storage is { Backend: StorageBackend.FileSystem, Root: var root })
            return [.. DirectoryFindings.Of("object store", root)];

        using var store = settings.Storage.Open(clock);
        Bucket[] buckets = [settings.Buckets.AmbulatoryContracts, settings.Buckets.BulkActions, settings.Buckets.Compositions];
        return await Task.WhenAll(buckets.Select(bucket => Reach(store, bucket, ct)));
    }

    private static async Task<Finding> Reach(IObjectStore store, Bucket bucket, CancellationToken ct)
    {
        var subject = $"bucket {bucket.Physical}";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            await using var objects = store.List(bucket, "", patience.Token).GetAsyncEnumerator(patience.Token);
            await objects.MoveNextAsync();
            return Finding.Good(subject, "answers");
        }
        catch (Exception fault) when (fault is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
        {
            return Finding.Broken(subject, $"cannot be listed: {fault.Message}", "check OBJECT_STORAGE_S3_…, that the bucket exists and that the key may use it");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Finding.Broken(subject, $"no answer within {Patience.TotalSeconds:F0} s", "check OBJECT_STORAGE_S3_ENDPOINT and the network between");
        }
    }
}
