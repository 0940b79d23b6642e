using Esoz.BulkExport.Building;
using Esoz.BulkExport.Serving;
using Esoz.BulkExport.Snapshots;
using Esoz.BulkExport.Verifying;
using Esoz.Platform.Storage;

namespace Esoz.BulkExport;

/// <summary>Registers the services of the bulk export, for the server and the commands.</summary>
public static class BulkExportServices
{
    /// <param name="bucket">Stores the files.</param>
    /// <param name="dataDirectory">Holds the local files of running builds and of the cache.</param>
    public static IServiceCollection AddBulkExport(this IServiceCollection services, BulkExportOptions options, Bucket bucket,
        string dataDirectory) => services
        .AddSingleton(options)
        .AddSingleton(BulkResources.All)
        .AddMetrics()
        .AddSingleton<BulkExportMetrics>()
        .AddSingleton<SnapshotTable>()
        .AddSingleton<ServedSnapshots>()
        .AddSingleton(provider => new SnapshotFiles(provider.GetRequiredService<IObjectStore>(), bucket))
        .AddSingleton(provider => new VerifySnapshots(provider.GetRequiredService<IObjectStore>(), bucket))
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<BuildSnapshots>(provider, Path.Combine(dataDirectory, "bulk")))
        .AddSingleton(
            provider => ActivatorUtilities.CreateInstance<SnapshotCache>(provider, Path.Combine(dataDirectory, "bulk"), options.CacheBytes))
        .AddSingleton<SnapshotDownload>();
}
