using Esoz.Platform.Health;
using Esoz.Platform.Storage;

namespace Esoz.Diagnosis;

/// <summary>Whether every bucket can be used.</summary>
public static class StorageFindings
{
    /// <summary>For <c>doctor</c>: nothing is created or written.</summary>
    public static async Task<IReadOnlyList<Finding>> Of(Settings settings, TimeProvider clock, CancellationToken ct) =>
        settings.Storage is { Backend: StorageBackend.FileSystem, Root: var root } ? [.. DirectoryFindings.Of("object store", root)]
            : [.. await Reach(settings, clock, Severity.Broken, ct), .. await Versions(settings, clock, ct)];

    /// <summary>Whether contract files and copies of the audit seals survive being replaced with the server's access key.</summary>
    private static async Task<IReadOnlyList<Finding>> Versions(Settings settings, TimeProvider clock, CancellationToken ct)
    {
        using var store = settings.Storage.Open(clock);
        return await Task.WhenAll(settings.VersionedBuckets.Select(async bucket =>
        {
            var subject = $"versions of {bucket.Physical}";
            return await store.FindVersions(bucket, ct) switch
            {
                null => Finding.Good(subject, "are kept"),
                var fault => Finding.Warning(subject, fault.Found, fault.Advice),
            };
        }));
    }

    /// <summary>For <c>serve</c>: a store that is away is only warned of; missing directories of the embedded store are created.</summary>
    public static Task<IReadOnlyList<Finding>> ForStart(Settings settings, TimeProvider clock, CancellationToken ct) =>
        Reach(settings, clock, Severity.Warning, ct);

    /// <param name="away">What a store is that does not answer.</param>
    private static async Task<IReadOnlyList<Finding>> Reach(Settings settings, TimeProvider clock, Severity away, CancellationToken ct)
    {
        using var store = settings.Storage.Open(clock);
        return await Task.WhenAll(settings.AllBuckets.Select(async bucket =>
        {
            var subject = $"bucket {bucket.Physical}";
            return await store.Reach(bucket, ct) switch
            {
                null => Finding.Good(subject, "answers"),
                { MayPass: true } fault => new(away, subject, fault.Found, fault.Advice),
                var fault => Finding.Broken(subject, fault.Found, fault.Advice),
            };
        }));
    }
}
