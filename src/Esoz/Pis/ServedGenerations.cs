using Esoz.Platform.Database;

namespace Esoz.Pis;

/// <summary>
/// What is in service, remembered, because every request asks. Whoever puts something into service tells all nodes
/// (<see cref="BulkGenerations.PutIntoService"/>); should a node not hear it, it notices within a second.
/// </summary>
public sealed class ServedGenerations(BulkGenerations generations, PostgresDatabase database, TimeProvider clock, ILogger<ServedGenerations> log) : BackgroundService
{
    private const long LongestMilliseconds = 1000;

    private Known? _known;
    private int _changes;

    /// <summary>The generation of a resource that is served; null before the first.</summary>
    public async ValueTask<BulkGeneration?> Find(string resource, CancellationToken ct)
    {
        var known = _known;
        if (known is null || Environment.TickCount64 >= known.Until)
            known = await Load(ct);
        return known.ByResource.GetValueOrDefault(resource);
    }

    /// <summary>Something else is in service now.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _changes);
        _known = null;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new NotificationListener(database, BulkGenerations.Channel, clock, log).Listen(Forget, stoppingToken);

    private async Task<Known> Load(CancellationToken ct)
    {
        var changes = Volatile.Read(ref _changes);
        var known = new Known((await generations.FindReady(ct)).ToDictionary(generation => generation.Resource), Environment.TickCount64 + LongestMilliseconds);
        // What was read before a change must not be remembered after it.
        _known = known;
        if (Volatile.Read(ref _changes) != changes)
            _known = null;
        return known;
    }

    private sealed record Known(IReadOnlyDictionary<string, BulkGeneration> ByResource, long Until);
}
