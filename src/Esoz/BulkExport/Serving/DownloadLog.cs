using Esoz.BulkExport.Snapshots;

namespace Esoz.BulkExport.Serving;

/// <summary>Records a download in log and metrics (pis-bulk §6): path, client, snapshot, bytes, duration; never the key.</summary>
public sealed class DownloadLog(Guid clientId, BulkExportMetrics metrics, TimeProvider clock, ILogger log)
{
    private readonly long _started = clock.GetTimestamp();

    /// <param name="bytes">Bytes of the encoded body.</param>
    public void Done(PathString path, Snapshot snapshot, string coding, long bytes)
    {
        metrics.Served(snapshot.Resource, coding, bytes);
        log.LogInformation("{Path} for client {ClientId}: generation {Generation}, {Bytes} bytes ({Coding}) in {Seconds:F3} s",
            path, clientId, snapshot.Generation, bytes, coding, clock.GetElapsedTime(_started).TotalSeconds);
    }
}
