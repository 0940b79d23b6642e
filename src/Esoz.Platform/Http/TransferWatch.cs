using System.Diagnostics;
using Esoz.Platform.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Esoz.Platform.Http;

/// <summary>
/// Lets a client take a long answer, or send an upload, as slowly as it can: the web server's minimum data rate is switched off. Only a
/// client that takes or sends no byte at all for a while loses its connection; that is logged and counted (<see cref="CutAnswer"/>).
/// </summary>
/// <param name="patience">How long a client may stand still (<c>ESOZ_STALLED_READER_SECONDS</c>).</param>
public sealed class TransferWatch(TimeSpan patience, ILogger<TransferWatch> log)
{
    /// <summary>Shorter answers are in the buffers of the server and of the kernel when the request ends.</summary>
    private const int MinWatchedLength = 64 * 1024;

    private static readonly TimeSpan MaxInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(200);

    public TimeSpan Patience => patience;

    /// <summary>Sends the body and returns when the client has taken it.</summary>
    /// <param name="length">Bytes of the body.</param>
    public async Task Send(HttpContext context, long length, Func<CancellationToken, Task> send)
    {
        if (length < MinWatchedLength || TcpProgress.Of(context) is not { } progress)
        {
            await send(context.RequestAborted);
            return;
        }
        using var timing = RequestTimes.Of(Waits.Client);
        context.Features.Set(progress);
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        using var ticks = new PeriodicTimer(TimeSpan.FromTicks(Math.Min(patience.Ticks / 10, MaxInterval.Ticks)));
        var watching = Watch(context, progress, length, ticks);
        try
        {
            await send(context.RequestAborted);
            await AwaitEnd(context, progress, length);
        }
        finally
        {
            ticks.Dispose();
            await watching;
        }
    }

    /// <summary>The body of an upload: reading it closes the connection when the client stands still.</summary>
    public Stream Receive(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        return new WatchedBody(context, this);
    }

    /// <summary>Bytes of the answer that the client has acknowledged; null when it was not watched.</summary>
    internal static long? Sent(HttpContext context) => context.Features.Get<TcpProgress>()?.Taken(out _);

    internal void CutUpload(HttpContext context, long received)
    {
        CutAnswer.Record(context, StatusCodes.Status408RequestTimeout, CutAnswer.Stalled);
        log.LogWarning("The connection of {Method} was closed: the client sent no byte for {Seconds} s; {Bytes} bytes received",
            MethodOf(context), patience.TotalSeconds, received);
        context.Abort();
    }

    private async Task Watch(HttpContext context, TcpProgress progress, long length, PeriodicTimer ticks)
    {
        var (seen, since) = (progress.Taken(out _), Stopwatch.GetTimestamp());
        // There a client that takes nothing leaves nothing on its way: it keeps the window of the stream shut.
        var hasWindows = HttpProtocol.IsHttp2(context.Request.Protocol);
        while (await ticks.WaitForNextTickAsync())
        {
            var taken = progress.Taken(out var isAwaited);
            if (taken != seen || !(isAwaited || hasWindows))
                (seen, since) = (taken, Stopwatch.GetTimestamp());
            if (Stopwatch.GetElapsedTime(since) < patience)
                continue;
            CutAnswer.Record(context, StatusCodes.Status408RequestTimeout, CutAnswer.Stalled);
            log.LogWarning("The connection of {Method} was closed: the client took no byte for {Seconds} s; {Bytes} of {Length} bytes sent",
                MethodOf(context), patience.TotalSeconds, taken, length);
            context.Abort();
            return;
        }
    }

    /// <summary>The last bytes are still in buffers when everything is written; a client that stalls now must be noticed too.</summary>
    private static async Task AwaitEnd(HttpContext context, TcpProgress progress, long length)
    {
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        for (var pause = TimeSpan.FromMilliseconds(1); progress.Taken(out _) < length; pause = pause < MaxPause ? pause * 2 : MaxPause)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            await Task.Delay(pause);
        }
    }

    /// <summary>Links of the object store have no card.</summary>
    private static string MethodOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<MethodCard>()?.Id ?? $"{context.Request.Method} of a media link";
}
