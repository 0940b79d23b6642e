using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.RollUp;

/// <summary>
/// Writes the figures of this node once a minute, in one statement, and once more when the program stops. What cannot be written waits for
/// the next minute; after a long outage it is dropped, because requests are worth more memory than figures about them.
/// </summary>
/// <param name="gauges">The latest measurement of the queue; empty before the first.</param>
/// <param name="rank">Told how many requests each client sent since the last time, those with the most of them.</param>
public sealed class RollUpWriter(
    RequestCounter counter, Func<IReadOnlyList<QueueGauge>> gauges, Action<IReadOnlyDictionary<Guid, long>> rank, RollUpTable table,
    TimeProvider clock, ILogger<RollUpWriter> log)
    : BackgroundService
{
    private const int MaxWaiting = 20_000;

    /// <summary>How long the end of the program may be held up for figures.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Dictionary<MinuteKey, long[]> _waiting = [];
    private DateTime _minute = MinuteOf(clock.GetUtcNow());

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // The token has ended already when the drain was cut short.
        using var limit = new CancellationTokenSource(LastPatience, clock);
        await Write(limit.Token);
    }

    public override void Dispose()
    {
        _writing.Dispose();
        base.Dispose();
    }

    /// <summary>Writes what was counted since the last time. Faults of the database are logged.</summary>
    public async Task Write(CancellationToken ct)
    {
        if (!await _writing.WaitAsync(LastPatience, CancellationToken.None))
            return;
        try
        {
            var minute = _minute;
            _minute = MinuteOf(clock.GetUtcNow());
            var counted = counter.Take();
            rank(counted.Where(it => it.Key.ClientId != RequestKey.NoClient && it.Key.ClientId != RequestKey.OtherClients)
                .GroupBy(it => it.Key.ClientId).ToDictionary(client => client.Key, client => client.Sum(it => it.Value.Sum())));
            foreach (var (key, counts) in counted)
                RequestCounter.Add(_waiting, new(minute, key), counts);
            await table.Write(_waiting, minute, gauges(), ct);
            _waiting.Clear();
        }
        catch (Exception fault) when (fault is NpgsqlException or OperationCanceledException)
        {
            // Readiness reports a database that does not answer.
            log.Log(PassingFaults.Of(fault) is null ? LogLevel.Warning : LogLevel.Debug,
                "The figures of a minute cannot be written yet: {Reason}", PassingFaults.Reason(fault));
            DropTooMany();
        }
        finally
        {
            _writing.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = clock.GetUtcNow();
            await Task.Delay(MinuteOf(now).AddMinutes(1) - now.UtcDateTime, clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
                await Write(CancellationToken.None);
        }
    }

    private void DropTooMany()
    {
        if (_waiting.Count <= MaxWaiting)
            return;
        log.LogWarning("{Count} figures of requests were dropped, because the database has not taken them for long", _waiting.Count);
        _waiting.Clear();
    }

    private static DateTime MinuteOf(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMinute), DateTimeKind.Utc);
}
