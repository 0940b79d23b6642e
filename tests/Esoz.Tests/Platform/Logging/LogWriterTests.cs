using System.Text;
using System.Text.Json;
using Esoz.Platform.Logging;
using Microsoft.Extensions.Logging;

namespace Esoz.Tests.Platform.Logging;

/// <summary>How log lines are written to standard error.</summary>
public sealed class LogWriterTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName =
        "No line is lost or interleaved with many concurrent writers, each writer's lines keep their order, and the end waits for the last line")]
    public async Task NothingIsLost()
    {
        var stream = new Sink();
        var writer = new LogWriter(stream);
        var log = writer.CreateLogger("Esoz");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
                log.LogInformation("Line {Number} of {Thread}", i, thread);
        }, Ct)));
        writer.Dispose();

        var lines = Encoding.UTF8.GetString(stream.Written.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(40_000, lines.Count);
        foreach (var thread in lines.GroupBy(line => line.GetProperty("thread").GetInt32()))
            Assert.Equal(Enumerable.Range(0, 5_000), thread.Select(line => line.GetProperty("number").GetInt32()));
        Assert.InRange(stream.Writes, 1, 20_000);
    }

    [Fact(DisplayName = "A single line is written at once, with its scopes")]
    public async Task AtOnce()
    {
        var stream = new Sink();
        using var writer = new LogWriter(stream);
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(writer));
        var log = factory.CreateLogger("Esoz");

        using (log.BeginScope(new KeyValuePair<string, object?>[] { new("request_id", "r#1") }))
            log.LogWarning("Alone");

        await Eventually.Holds(() => stream.Writes > 0);
        var line = JsonElement.Parse(stream.Written.ToArray());
        Assert.Equal(
            ("Warning", "Alone", "r#1"),
            (line.GetProperty("level").GetString(), line.GetProperty("message").GetString(), line.GetProperty("request_id").GetString()));
    }

    [Fact(DisplayName = "A writer waits while the reader of the log does not read, instead of filling the memory")]
    public async Task SlowReader()
    {
        var stream = new Sink();
        var writer = new LogWriter(stream);
        var log = writer.CreateLogger("Esoz");
        stream.MayWrite.Reset();
        var logged = 0;

        var logging = Task.Run(() =>
        {
            for (; logged < 5_000; logged++)
                log.LogInformation("{Text}", new string('x', 1000));
        }, Ct);
        await Eventually.Holds(async () =>
        {
            var before = logged;
            await Task.Delay(200, Ct);
            return logged == before && logged >= 100;
        });

        Assert.False(logging.IsCompleted);
        Assert.InRange(logged, 100, 3_000);
        stream.MayWrite.Set();
        await logging;
        writer.Dispose();
        Assert.Equal(5_000, Encoding.UTF8.GetString(stream.Written.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact(DisplayName = "A full disk under the log costs its lines and nothing else")]
    public void FullDisk()
    {
        var stream = new Sink { Fault = new IOException("No space left on device") };
        var writer = new LogWriter(stream);
        var log = writer.CreateLogger("Esoz");
        log.LogInformation("lost");
        Assert.True(SpinWait.SpinUntil(() => stream.Writes > 0, Eventually.Limit));
        stream.Fault = null;

        log.LogInformation("kept");
        writer.Dispose();
        log.LogInformation("after the end");

        Assert.Equal("kept", JsonElement.Parse(stream.Written.ToArray()).GetProperty("message").GetString());
    }

    private sealed class Sink : MemoryStream
    {
        public MemoryStream Written { get; } = new();

        public int Writes { get; private set; }

        public ManualResetEventSlim MayWrite { get; } = new(true);

        public IOException? Fault { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            MayWrite.Wait();
            if (Fault is null)
                Written.Write(buffer);
            Writes++;
            if (Fault is not null)
                throw Fault;
        }
    }
}
