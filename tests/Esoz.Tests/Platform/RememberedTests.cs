using Esoz.Platform;

namespace Esoz.Tests.Platform;

/// <summary>Behaviour common to all cached look-ups.</summary>
public sealed class RememberedTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private readonly StepClock _clock = new();
    private int _loads;

    [Fact(DisplayName = "A value is loaded once, and again after its lifetime, counted from the start of its load")]
    public async Task Expiry()
    {
        var slow = new TaskCompletionSource();
        var values = Remember(async _ =>
        {
            await slow.Task;
            return Interlocked.Increment(ref _loads);
        });
        var first = values.Find("a", TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(4));
        slow.SetResult();
        Assert.Equal(1, await first);

        _clock.Advance(Lifetime - TimeSpan.FromSeconds(4) - TimeSpan.FromTicks(1));
        Assert.Equal(1, await values.Find("a", TestContext.Current.CancellationToken));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(2, await values.Find("a", TestContext.Current.CancellationToken));
        Assert.Equal(3, await values.Find("b", TestContext.Current.CancellationToken));
    }

    [Fact(DisplayName = "With a lifetime of zero every caller loads")]
    public async Task Nothing()
    {
        var values = new Remembered<string, int>(TimeSpan.Zero, 10, _clock, _ => Task.FromResult(++_loads));

        Assert.Equal(1, await values.Find("a", TestContext.Current.CancellationToken));
        Assert.Equal(2, await values.Find("a", TestContext.Current.CancellationToken));
    }

    [Fact(DisplayName = "Null is cached too")]
    public async Task Absent()
    {
        var values = new Remembered<string, string?>(Lifetime, 10, _clock, _ =>
        {
            _loads++;
            return Task.FromResult<string?>(null);
        });

        Assert.Null(await values.Find("a", TestContext.Current.CancellationToken));
        Assert.Null(await values.Find("a", TestContext.Current.CancellationToken));
        Assert.Equal(1, _loads);
    }

    [Fact(DisplayName = "32 concurrent callers of a key, before its first load and after its lifetime, share one load")]
    public async Task SharedLoad()
    {
        var values = Remember(async _ =>
        {
            await Task.Delay(50);
            return Interlocked.Increment(ref _loads);
        });
        for (var round = 1; round <= 20; round++, _clock.Advance(Lifetime))
        {
            using var together = new Barrier(32);
            var callers = Enumerable.Range(0, 32).Select(_ => Task.Factory.StartNew(() =>
            {
                together.SignalAndWait();
                return values.Find("a");
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap());

            Assert.Equal(Enumerable.Repeat(round, 32), await Task.WhenAll(callers));
        }
    }

    [Fact(DisplayName = "All callers that wait for a failing load get its exception; the next caller loads again")]
    public async Task Fault()
    {
        var values = Remember(async _ =>
        {
            await Task.Yield();
            return ++_loads == 1 ? throw new InvalidDataException("no") : _loads;
        });

        var first = values.Find("a", TestContext.Current.CancellationToken);
        var second = values.Find("a", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidDataException>(() => first);
        if (ReferenceEquals(first, second))
            await Assert.ThrowsAsync<InvalidDataException>(() => second);
        Assert.Equal(2, await values.Find("a", TestContext.Current.CancellationToken));
    }

    [Fact(DisplayName = "A cancelled caller does not cancel the load for the others")]
    public async Task CancelledCaller()
    {
        var slow = new TaskCompletionSource<int>();
        var values = Remember(_ => slow.Task);
        using var leaves = new CancellationTokenSource();
        var first = values.Find("a", leaves.Token);
        var second = values.Find("a", TestContext.Current.CancellationToken);

        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        slow.SetResult(7);
        Assert.Equal(7, await second);
    }

    [Fact(DisplayName = "A removed value is loaded again; a load that started before the removal answers its callers and is not cached")]
    public async Task Forgetting()
    {
        var loads = new Queue<TaskCompletionSource<int>>([new(), new(), new()]);
        var begun = loads.ToArray();
        var values = Remember(_ => loads.Dequeue().Task);
        var before = values.Find("a", TestContext.Current.CancellationToken);

        values.Forget();
        var after = values.Find("a", TestContext.Current.CancellationToken);
        begun[1].SetResult(2);
        begun[0].SetResult(1);

        Assert.Equal((1, 2), (await before, await after));
        Assert.Equal(2, await values.Find("a", TestContext.Current.CancellationToken));
        values.Forget();
        begun[2].SetResult(3);
        Assert.Equal(3, await values.Find("a", TestContext.Current.CancellationToken));
    }

    [Fact(DisplayName = "At its capacity it removes expired values, or all values when none is expired")]
    public async Task Bound()
    {
        var loaded = new List<int>();
        var values = new Remembered<int, int>(Lifetime, 100, _clock, key =>
        {
            loaded.Add(key);
            return Task.FromResult(key);
        });
        await Find(0, 50);
        _clock.Advance(TimeSpan.FromSeconds(3));
        await Find(50, 100);
        _clock.Advance(TimeSpan.FromSeconds(3));
        await Find(100, 101);
        Assert.Empty(await Find(50, 100));
        await Find(101, 150);

        Assert.Equal([150], await Find(150, 151));
        Assert.Equal(Enumerable.Range(50, 50), await Find(50, 100));

        async Task<List<int>> Find(int from, int to)
        {
            loaded.Clear();
            for (var key = from; key < to; key++)
                Assert.Equal(key, await values.Find(key, TestContext.Current.CancellationToken));
            return [.. loaded];
        }
    }

    private Remembered<string, int> Remember(Func<string, Task<int>> load) => new(Lifetime, 10, _clock, load);

    private sealed class StepClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }
}
