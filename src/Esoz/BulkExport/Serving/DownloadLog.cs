namespace Esoz.Pis.Serving;

/// <summary>Notes a download in log and metrics (pis-bulk §6): path, client, generation, bytes, duration; never the key.</summary>
public sealed class DownloadRecord(Guid clientId, BulkMetrics metrics, TimeProvider clock, ILogger log)
{
    private readonly long _started = clock.GetTimestamp();

    /// <param name="bytes">Of the body, as encoded.</param>
    public void Done(PathString path, BulkGeneration generation, string coding, long bytes)
    {
        metrics.Served(generation.Resource, coding, bytes);
        log.LogInformation("{Path} for client {ClientId}: generation {Generation}, {Bytes} bytes ({Coding}) in {Seconds:F3} s",
            path, clientId, generation.Id, bytes, coding, clock.GetElapsedTime(_started).TotalSeconds);
    }
}
