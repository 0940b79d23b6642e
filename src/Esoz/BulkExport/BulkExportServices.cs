using Esoz.BulkExport.Building;
using Esoz.BulkExport.Serving;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Storage;

namespace Esoz.BulkExport;

/// <summary>The parts of the bulk export and what each is made of; the server and the commands put it together alike.</summary>
public static class BulkExportServices
{
    /// <param name="bucket">Takes the files.</param>
    /// <param name="dataDirectory">Takes the local files of running builds and of the cache.</param>
    public static IServiceCollection AddBulkExport(this IServiceCollection services, BulkExportOptions options, Bucket bucket,
        string dataDirectory) => services
        .AddSingleton(options)
        .AddSingleton(BulkResources.All)
        .AddSingleton<BulkExportMetrics>()
        .AddSingleton<SnapshotTable>()
        .AddSingleton<ServedSnapshots>()
        .AddSingleton(provider => new SnapshotFiles(provider.GetRequiredService<IObjectStore>(), bucket))
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<BuildSnapshots>(provider, Path.Combine(dataDirectory, "bulk")))
        .AddSingleton(
            provider => ActivatorUtilities.CreateInstance<SnapshotCache>(provider, Path.Combine(dataDirectory, "bulk"), options.CacheBytes))
        .AddSingleton<SnapshotDownload>();
}
