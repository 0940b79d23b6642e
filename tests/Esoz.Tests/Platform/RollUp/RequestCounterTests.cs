using Esoz.Platform.RollUp;

namespace Esoz.Tests.Platform.RollUp;

/// <summary>Requests counted in memory.</summary>
public sealed class RequestCounterTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(1);

    [Fact(DisplayName = "No request is lost that is counted while others are taken")]
    public void Concurrent()
    {
        const int threads = 4, each = 50_000;
        var counter = new RequestCounter();
        var client = Guid.NewGuid();
        var taken = 0L;
        using var done = new CountdownEvent(threads);
        for (var i = 0; i < threads; i++)
        {
            new Thread(() =>
            {
                for (var n = 0; n < each; n++)
                    counter.Count(new("method", client, 200, ""), Quick);
                done.Signal();
            }).Start();
        }
        do
            taken += counter.Take().Values.Sum(counts => counts.Sum());
        while (!done.IsSet);
        taken += counter.Take().Values.Sum(counts => counts.Sum());

        Assert.Equal(threads * each, taken);
        Assert.Empty(counter.Take());
    }

    [Fact(DisplayName = "Counting what was counted before allocates nothing")]
    public void Allocations()
    {
        var counter = new RequestCounter();
        var key = new RequestKey("method", Guid.NewGuid(), 200, "");
        // The thread may move to another processor, whose table does not have the key yet: the least of several runs is the cost.
        var least = long.MaxValue;
        for (var run = 0; run < 20; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var n = 0; n < 1000; n++)
                counter.Count(key, Quick);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    [Fact(DisplayName = "The clients with the most requests have rows of their own, the others one together; callers without a client stay apart")]
    public void Clients()
    {
        var counter = new RequestCounter();
        List<Guid> busy = [.. Enumerable.Range(0, RequestCounter.MaxClients).Select(_ => Guid.NewGuid())];
        for (var i = 0; i < 7; i++)
            counter.Count(new("method", Guid.NewGuid(), 200, ""), Quick);
        foreach (var client in busy.SelectMany(client => new[] { client, client }))
            counter.Count(new("method", client, 200, ""), Quick);
        counter.Count(new("method", RequestKey.NoClient, 401, "platform 2"), Quick);

        var taken = counter.Take();

        Assert.Equal(RequestCounter.MaxClients + 2, taken.Count);
        Assert.All(busy, client => Assert.Equal(2, taken[new("method", client, 200, "")].Sum()));
        Assert.Equal(7, taken[new("method", RequestKey.OtherClients, 200, "")].Sum());
        Assert.Equal(1, taken[new("method", RequestKey.NoClient, 401, "platform 2")].Sum());
    }

    [Fact(DisplayName = "However many clients there are, the memory is bounded and no request is missing")]
    public void Bounded()
    {
        var counter = new RequestCounter();
        const int clients = RequestCounter.MaxKeys * 3;
        for (var i = 0; i < clients; i++)
            counter.Count(new("method", Guid.NewGuid(), 422, $"{i}"), Quick);

        var taken = counter.Take();

        Assert.Equal(clients, taken.Values.Sum(counts => counts.Sum()));
        Assert.InRange(taken.Keys.Select(key => key.ClientId).Distinct().Count(), 1, RequestCounter.MaxClients + 1);
    }
}
