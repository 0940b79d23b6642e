using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Esoz.Platform;
using Esoz.Platform.Jobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Tests.Platform.Jobs;

/// <summary>Workers run as on nodes, in real time with short waits (compositions §11).</summary>
public sealed class TaskWorkerTests(TaskDatabase queue) : IClassFixture<TaskDatabase>
{
    private readonly string _type = Guid.NewGuid().ToString();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A fault is retried until it passes")]
    public async Task Retries()
    {
        var runs = 0;
        var job = await queue.Queue(_type);
        await using var worker = await Start(
            TaskDatabase.Quick, (_, _) => Interlocked.Increment(ref runs) < 3 ? throw new IOException("disk") : Done());

        var row = await queue.Ended(job);

        Assert.Equal(("DONE", "DONE", 3, "IOException"), (row["status"], row["task_status"], row["attempts"], row["last_error"]));
        Assert.Single(await queue.Effects(_type));
    }

    [Fact(DisplayName = "After the fifth fault the task is DEAD and the job FAILED 500; the text of the exception is not stored")]
    public async Task GivesUp()
    {
        var job = await queue.Queue(_type);
        await using var worker = await Start(
            TaskDatabase.Quick, (_, _) => throw new InvalidOperationException("Ткачук Олена", new TimeoutException()));

        var row = await queue.Ended(job);

        Assert.Equal(("FAILED", 500, "SUBORDINATE_SERVICE_ERROR", "Subordinate service error"),
            (row["status"], row["error_code"], row["error_name"], row["error_message"]));
        Assert.Equal(("DEAD", 5, "InvalidOperationException: TimeoutException"), (row["task_status"], row["attempts"], row["last_error"]));
    }

    [Fact(DisplayName = "A refusal ends the job at the first attempt")]
    public async Task RefusesAtOnce()
    {
        var job = await queue.Queue(_type);
        await using var worker = await Start(TaskDatabase.Quick,
            (_, _) =>
            Task.FromResult<TaskOutcome>(
                new Refusal(RefusalKind.Unprocessable, "Focus not found") { Code = new(1825, "FOCUS_NOT_FOUND") }));

        var row = await queue.Ended(job);

        Assert.Equal(("FAILED", 1825, 1), (row["status"], row["error_code"], row["attempts"]));
    }

    [Theory(DisplayName = "Waits after a failed attempt are 2, 8, 32 and 128 s ±20 %, and spread")]
    [InlineData(1, 2)]
    [InlineData(2, 8)]
    [InlineData(3, 32)]
    [InlineData(4, 128)]
    [InlineData(9, 128)]
    public void Waits(int attempt, double seconds)
    {
        var options = new JobOptions { EtaEstimate = TimeSpan.Zero, Retention = TimeSpan.Zero, MaxAttempts = 5 };

        var waits = Enumerable.Range(0, 500).Select(_ => options.RetryWait(attempt).TotalSeconds).ToArray();

        Assert.All(waits, wait => Assert.InRange(wait, seconds * 0.8, seconds * 1.2));
        Assert.True(waits.Max() - waits.Min() > seconds * 0.3);
    }

    [Fact(DisplayName = "The wait is written by the database: the task is due that much later")]
    public async Task WaitIsWritten()
    {
        var job = await queue.Queue(_type);
        await using var worker = await Start(
            TaskDatabase.Quick with { RetryWaits = [TimeSpan.FromSeconds(100)] }, (_, _) => throw new IOException());

        Dictionary<string, object?> row = [];
        var queued = DateTime.UtcNow;
        await Eventually.Holds(async () =>
        {
            row = await queue.Row(job);
            return Equals(row["task_status"], "QUEUED") && Equals(row["attempts"], 1);
        });

        Assert.InRange((DateTime)row["run_at"]!, queued.AddSeconds(79), DateTime.UtcNow.AddSeconds(121));
    }

    [Fact(DisplayName = "A superseded task (a row was not as expected) is retried at once")]
    public async Task Superseded()
    {
        var job = await queue.Queue(_type);
        await using var worker = await Start(
            TaskDatabase.Quick with { RetryWaits = [TimeSpan.FromSeconds(100)] }, (task, _) => Task.FromResult(
            task.Attempt == 1 ? TaskOutcome.Done(TaskDatabase.Superseded("none")) : TaskDatabase.Noting(_type)));

        var row = await queue.Ended(job);

        Assert.Equal(("DONE", 2, "TaskSupersededException"), (row["status"], row["attempts"], row["last_error"]));
        Assert.Single(await queue.Effects(_type));
    }

    [Fact(DisplayName = "A lease is kept for as long as the task runs, and no second node takes it")]
    public async Task Heartbeat()
    {
        var runs = 0;
        var release = new TaskCompletionSource();
        var job = await queue.Queue(_type);
        Func<BackgroundTask, CancellationToken, Task<TaskOutcome>> slow = async (_, _) =>
        {
            Interlocked.Increment(ref runs);
            await release.Task;
            return await Done();
        };
        var options = TaskDatabase.Quick with { Lease = TimeSpan.FromSeconds(10) };
        await using var first = await Start(options, slow);
        await using var second = await Start(options, slow);
        Dictionary<string, object?> row = [];
        await Eventually.Holds(async () => Equals((row = await queue.Row(job))["task_status"], "RUNNING"));
        var end = (DateTime)row["locked_until"]!;

        // Without renewal the other node would take it now.
        await Eventually.Holds(async () => (DateTime)(row = await queue.Row(job))["now"]! > end);
        Assert.True((DateTime)row["locked_until"]! > end);
        await Task.Delay(TaskDatabase.Quick.Poll * 3, Ct);
        release.SetResult();
        row = await queue.Ended(job);

        Assert.Equal(("DONE", 1, 1), (row["status"], row["attempts"], runs));
    }

    [Fact(DisplayName = "A task whose lease expired is taken over; when the first node ends it after that, nothing is written")]
    public async Task ExpiredLease()
    {
        var job = await queue.Queue(_type);
        var finished = new TaskCompletionSource();
        var unrenewed = TaskDatabase.Quick with { Lease = TimeSpan.FromSeconds(1), Heartbeat = TimeSpan.FromMinutes(10), Parallel = 1 };
        await using var first = await Start(unrenewed, async (_, _) =>
        {
            await finished.Task;
            return TaskDatabase.Noting($"{_type} by the first");
        });
        await Eventually.Holds(async () => Equals((await queue.Row(job))["task_status"], "RUNNING"));
        await using var second = await Start(TaskDatabase.Quick, (_, _) => Task.FromResult(TaskDatabase.Noting($"{_type} by the second")));

        var row = await queue.Ended(job);
        finished.SetResult();
        await first.DisposeAsync();

        Assert.Equal(("DONE", 2), (row["status"], row["attempts"]));
        Assert.Equal([$"{_type} by the second"], await queue.Effects(_type + "%"));
    }

    [Fact(DisplayName = "A task that hangs is ended by the time limit of an attempt and retried")]
    public async Task Hangs()
    {
        var runs = 0;
        var job = await queue.Queue(_type);
        await using var worker = await Start(TaskDatabase.Quick with { AttemptLimit = TimeSpan.FromSeconds(2) }, async (_, ct) =>
        {
            if (Interlocked.Increment(ref runs) == 1)
                await Task.Delay(Timeout.Infinite, ct);
            return await Done();
        });

        Assert.Equal(("DONE", 2), ((await queue.Ended(job))["status"], (await queue.Row(job))["attempts"]));
    }

    [Fact(DisplayName = "On three nodes, tasks of one key never overlap and keep their order; all end once")]
    public async Task KeysAcrossNodes()
    {
        var keys = Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).ToArray();
        var jobs = new List<Guid>();
        for (var i = 0; i < 100; i++)
            jobs.Add(await queue.Queue(_type, keys[i % keys.Length], $"{i}"));
        var inside = new ConcurrentDictionary<Guid, int>();
        var overlaps = 0;
        Func<BackgroundTask, CancellationToken, Task<TaskOutcome>> run = async (task, ct) =>
        {
            if (inside.AddOrUpdate(task.Key, 1, (_, count) => count + 1) > 1)
                Interlocked.Increment(ref overlaps);
            await Task.Delay(Random.Shared.Next(5), ct);
            inside.AddOrUpdate(task.Key, 0, (_, count) => count - 1);
            return TaskDatabase.Noting($"{_type} {Array.IndexOf(keys, task.Key)} {task.Payload}");
        };
        await using var first = await Start(TaskDatabase.Quick, run);
        await using var second = await Start(TaskDatabase.Quick, run);
        await using var third = await Start(TaskDatabase.Quick, run);

        foreach (var job in jobs)
            Assert.Equal("DONE", (await queue.Ended(job))["status"]);

        Assert.Equal(0, overlaps);
        var effects = await queue.Effects(_type + "%");
        Assert.Equal(100, effects.Count);
        foreach (var ofKey in effects.Select(note => note.Split(' ')).GroupBy(note => note[1], note => int.Parse(note[2])))
            Assert.Equal(ofKey.Order(), ofKey);
    }

    [Theory(DisplayName = "Tasks of a batch end together; when one makes the batch fail, in the handler or in the write, each is run alone")]
    [InlineData("handled")]
    [InlineData("written")]
    public async Task Together(string spoiled)
    {
        var jobs = new List<Guid>();
        for (var i = 0; i < 30; i++)
            jobs.Add(await queue.Queue(_type, payload: $"{i}"));
        var runs = new ConcurrentQueue<int>();
        var kind = new TaskKind(_type, 50, (tasks, _) =>
        {
            runs.Enqueue(tasks.Count);
            if (spoiled == "handled" && tasks.Any(task => task is { Payload: "7", Attempt: 1 }))
                throw new IOException("one of them");
            return Task.FromResult<IReadOnlyList<TaskOutcome>>([.. tasks.Select(task => task is { Payload: "7", Attempt: 1 }
                ? TaskOutcome.Done(TaskDatabase.Broken("spoiled"))
                : TaskDatabase.Noting($"{_type} {task.Payload}"))]);
        });
        await using var worker = await Start(TaskDatabase.Quick, kind);

        foreach (var job in jobs)
            Assert.Equal("DONE", (await queue.Ended(job))["status"]);

        Assert.Equal(30, runs.First());
        Assert.Equal(Enumerable.Range(0, 30).Select(i => i == 7 ? 2 : 1), (await Task.WhenAll(jobs.Select(queue.Row)))
            .Select(row => (int)row["attempts"]!));
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"{_type} {i}").Order(), (await queue.Effects($"{_type}%")).Order());
    }

    [Fact(DisplayName = "A kind that takes long does not delay the others")]
    public async Task QueuePerKind()
    {
        var release = new TaskCompletionSource();
        var slow = await queue.Queue($"{_type} slow");
        await using var worker = await Start(TaskDatabase.Quick with { Parallel = 1 },
            TaskKind.OneByOne($"{_type} slow", async (_, _) =>
            {
                await release.Task;
                return TaskOutcome.Done();
            }),
            TaskKind.OneByOne(_type, (_, _) => Done()));
        await Eventually.Holds(async () => Equals((await queue.Row(slow))["task_status"], "RUNNING"));

        Assert.Equal("DONE", (await queue.Ended(await queue.Queue(_type)))["status"]);

        release.SetResult();
        Assert.Equal("DONE", (await queue.Ended(slow))["status"]);
    }

    [Fact(DisplayName = "Shutdown waits for what runs and starts nothing new")]
    public async Task Drains()
    {
        var started = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var running = await queue.Queue(_type);
        var worker = await Start(TaskDatabase.Quick with { Parallel = 1 }, async (_, _) =>
        {
            started.TrySetResult();
            await release.Task;
            return await Done();
        });
        await started.Task;
        var waiting = await queue.Queue(_type);

        var stopped = worker.DisposeAsync().AsTask();
        await Task.Delay(300, Ct);
        Assert.False(stopped.IsCompleted);
        release.SetResult();
        await stopped;

        Assert.Equal(("DONE", "QUEUED"), ((await queue.Row(running))["task_status"], (await queue.Row(waiting))["task_status"]));
        await queue.Execute("DELETE FROM background_tasks WHERE job_id = $1", waiting);
    }

    [Fact(DisplayName = "A task that does not end while the node drains is released, and its attempt is not counted")]
    public async Task Releases()
    {
        var started = new TaskCompletionSource();
        var job = await queue.Queue(_type);
        var worker = await Start(TaskDatabase.Quick with { Drain = TimeSpan.FromMilliseconds(200) }, async (_, ct) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return TaskOutcome.Done();
        });
        await started.Task;

        await worker.DisposeAsync();

        var row = await queue.Row(job);
        Assert.Equal(("QUEUED", 0, "PENDING"), (row["task_status"], row["attempts"], row["status"]));
        await queue.Execute("DELETE FROM background_tasks WHERE job_id = $1", job);
    }

    [Fact(DisplayName = "A wake-up starts a task at once, long before the poll would")]
    public async Task WakesUp()
    {
        var ran = new ConcurrentQueue<long>();
        await using var worker = await Start(TaskDatabase.Quick with { Poll = TimeSpan.FromHours(1) }, (_, _) =>
        {
            ran.Enqueue(Stopwatch.GetTimestamp());
            return Done();
        });
        using var wakeUp = new WakeUp(queue.Database, TimeProvider.System, NullLogger<WakeUp>.Instance);
        await wakeUp.StartAsync(Ct);
        var first = await queue.Queue(_type);
        await Eventually.Holds(async () =>
        {
            wakeUp.Send();
            return Equals((await queue.Row(first))["status"], "DONE");
        });
        var latencies = new List<TimeSpan>();
        for (var i = 0; i < 40; i++)
        {
            ran.Clear();
            var job = await queue.Queue(_type);
            var sent = Stopwatch.GetTimestamp();
            wakeUp.Send();
            Assert.Equal("DONE", (await queue.Ended(job))["status"]);
            latencies.Add(Stopwatch.GetElapsedTime(sent, ran.Single()));
        }
        await wakeUp.StopAsync(Ct);

        var median = latencies.Order().ElementAt(latencies.Count / 2);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"wake-up to handler: median {median.TotalMilliseconds:F2} ms, longest {latencies.Max().TotalMilliseconds:F2} ms");
    }

    [Fact(DisplayName = "Without any wake-up the poll finds the task")]
    public async Task Polls()
    {
        await using var worker = await Start(TaskDatabase.Quick, (_, _) => Done());
        await Task.Delay(300, Ct);

        Assert.Equal("DONE", (await queue.Ended(await queue.Queue(_type)))["status"]);
    }

    [Fact(DisplayName = "A worker continues after its connections were terminated, and every interrupted task is done once")]
    public async Task ConnectionsCut()
    {
        var runs = 0;
        var job = await queue.Queue(_type);
        await using var worker = await Start(TaskDatabase.Quick, async (_, ct) =>
        {
            if (Interlocked.Increment(ref runs) == 1)
                await queue.CutConnections();
            await using var command = queue.Database.Command("SELECT 1");
            await command.ExecuteNonQueryAsync(ct);
            return await Done();
        });

        var row = await queue.Ended(job);

        Assert.Equal("DONE", row["status"]);
        Assert.Single(await queue.Effects(_type));
        Assert.Equal("DONE", (await queue.Ended(await queue.Queue(_type)))["status"]);
    }

    [Fact(DisplayName = "Attempts, durations, depth and oldest age are measured by _type")]
    public async Task Measures()
    {
        var seen = new ConcurrentBag<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Esoz"
                    && (instrument.Name.StartsWith("esoz.task.", StringComparison.Ordinal)
                        || instrument.Name.StartsWith("esoz.queue.", StringComparison.Ordinal)))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        void Seen<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        {
            var words = tags.ToArray().Select(tag => tag.Value);
            if (words.Contains(_type))
                seen.Add($"{instrument.Name} {string.Join(' ', words.Where(word => !Equals(word, _type)))}".Trim());
        }
        listener.SetMeasurementEventCallback<long>(Seen);
        listener.SetMeasurementEventCallback<double>(Seen);
        listener.Start();
        var job = await queue.Queue(_type);
        await using var worker = await Start(TaskDatabase.Quick, (_, _) => Done());

        await queue.Ended(job);
        await Eventually.Holds(() => seen.Contains("esoz.task.attempts done"));
        listener.RecordObservableInstruments();

        Assert.Equal(
            ["esoz.queue.depth", "esoz.queue.oldest_age", "esoz.task.attempts done", "esoz.task.duration"], seen.Distinct().Order());
    }

    private Task<TaskOutcome> Done() => Task.FromResult(TaskDatabase.Noting(_type));

    private Task<Running> Start(JobOptions options, Func<BackgroundTask, CancellationToken, Task<TaskOutcome>> handle) =>
        Start(options, TaskKind.OneByOne(_type, handle));

    private async Task<Running> Start(JobOptions options, params IReadOnlyList<TaskKind> kinds)
    {
        var worker = queue.Worker(options, kinds);
        await worker.StartAsync(CancellationToken.None);
        return new Running(worker);
    }

    private sealed class Running(TaskWorker worker) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await worker.StopAsync(CancellationToken.None);
            worker.Dispose();
        }
    }
}
