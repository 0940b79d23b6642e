using System.Threading.RateLimiting;

namespace Esoz.Platform.Http;

/// <summary>
/// How many requests of one client this process carries out at the same time (platform §11). The database answers a bounded number of
/// statements at a time, so that a client without this limit could leave nothing to the others. As many requests again wait for a moment.
/// </summary>
/// <param name="requests">Requests of one client; 0 = no limit.</param>
public sealed class ConcurrencyLimit(int requests) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly Validation LimitIsKept = new("8a", "not too many requests of the client are under way (when the deployment sets a limit)",
        new Refusal(RefusalKind.TooManyRequests, "Too many concurrent requests") { RetryAfter = TimeSpan.FromSeconds(1) });

    internal static readonly GatewayStep Step = new(LimitIsKept,
        static request => request.Gateway.ConcurrencyLimit.Enter(request),
        static request => request.Gateway.ConcurrencyLimit.Seen(ClientOf(request)));

    /// <summary>Requests under way, by client; null without a limit.</summary>
    internal PartitionedRateLimiter<Guid>? UnderWay { get; } = requests == 0 ? null
        : PartitionedRateLimiter.Create<Guid, Guid>(client => RateLimitPartition.GetConcurrencyLimiter(client, _ => new()
        {
            PermitLimit = requests,
            QueueLimit = requests,
        }));

    public void Dispose() => UnderWay?.Dispose();

    private ValueTask<Refusal?> Enter(GatewayRequest request)
    {
        if (UnderWay is null)
            return default;
        var place = UnderWay.AttemptAcquire(ClientOf(request));
        if (!place.IsAcquired)
            return Wait(UnderWay, request);
        request.Place = place;
        return default;
    }

    private static async ValueTask<Refusal?> Wait(PartitionedRateLimiter<Guid> underWay, GatewayRequest request)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(request.Context.RequestAborted);
        patience.CancelAfter(Patience);
        try
        {
            var place = await underWay.AcquireAsync(ClientOf(request), 1, patience.Token);
            if (!place.IsAcquired)
                return LimitIsKept.Refusal;
            request.Place = place;
            return null;
        }
        catch (OperationCanceledException) when (!request.Context.RequestAborted.IsCancellationRequested)
        {
            return LimitIsKept.Refusal;
        }
    }

    private string Seen(Guid client) => UnderWay?.GetStatistics(client) is { } now
        ? $"client {client}: {requests - now.CurrentAvailablePermits} requests under way and {now.CurrentQueuedCount} waiting, at most {requests} of each"
        : "no limit is set";

    private static Guid ClientOf(GatewayRequest request) => request.Token?.ClientId ?? request.Key!.ClientId;
}
