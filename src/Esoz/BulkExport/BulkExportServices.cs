using Esoz.Pis.Building;
using Esoz.Pis.Serving;
using Esoz.Platform.Storage;

namespace Esoz.Pis;

/// <summary>The parts of the bulk export and what each is made of; the server and the commands put it together alike.</summary>
public static class BulkServices
{
    /// <param name="bucket">Takes the files.</param>
    /// <param name="dataDirectory">Takes the local files of running builds and of the cache.</param>
    public static IServiceCollection AddBulkExport(this IServiceCollection services, BulkOptions options, Bucket bucket, string dataDirectory) => services
        .AddSingleton(options)
        .AddSingleton<BulkMetrics>()
        .AddSingleton<BulkGenerations>()
        .AddSingleton<ServedGenerations>()
        .AddSingleton(provider => new SnapshotFiles(provider.GetRequiredService<IObjectStore>(), bucket))
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<BuildSnapshots>(provider, Path.Combine(dataDirectory, "bulk")))
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<SnapshotCache>(provider, Path.Combine(dataDirectory, "bulk"), options.CacheBytes))
        .AddSingleton<SnapshotDownload>();
}
