using System.Buffers;
using System.IO.Pipelines;

namespace Esoz.Platform.Http;

/// <summary>
/// Bounds the memory and the time that bodies take. A body that has arrived with its headers is simply read. For any other the memory
/// that it may need is set aside before the first byte is taken, for as long as the request lasts; where there is none left, for everybody
/// or for this caller, the request waits and the client's bytes stay on their way. From the first look at it a body has a limited time.
/// </summary>
/// <param name="patience">Time of a body (<c>ESOZ_BODY_SECONDS</c>).</param>
public sealed class BodyLimits(TimeSpan patience)
{
    internal const long MaxBytes = 256 * 1024 * 1024;
    internal const long MaxBytesOfCaller = 32 * 1024 * 1024;

    private readonly MemoryBudget _memory = new(MaxBytes, MaxBytesOfCaller);

    /// <summary>Memory that is set aside now, in bytes.</summary>
    internal long SetAside => _memory.Held;

    /// <summary>The body, or the refusal of one that is too large or waited in vain.</summary>
    /// <param name="limit">Greatest length in bytes, whatever Content-Length says.</param>
    /// <exception cref="BadHttpRequestException">It did not arrive in time: status 408.</exception>
    internal ValueTask<(ReadOnlyMemory<byte> Bytes, Refusal? Refusal)> Read(GatewayRequest request, int limit)
    {
        var reader = request.Context.Request.BodyReader;
        if (!reader.TryRead(out var read))
            return Wait(request, limit);
        if (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start);
            return Wait(request, limit);
        }
        var bytes = read.Buffer.Length > limit ? null : read.Buffer.ToArray();
        reader.AdvanceTo(read.Buffer.End);
        return new(bytes is null ? (default, Body.SizeIsKept) : (bytes, null));
    }

    private async ValueTask<(ReadOnlyMemory<byte>, Refusal?)> Wait(GatewayRequest request, int limit)
    {
        var context = request.Context;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(patience);
        var caller = request.Token?.UserId ?? request.Key?.ClientId ?? default;
        if (await _memory.Take(caller, context.Request.ContentLength ?? limit, time.Token) is not { } memory)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            return (default, UnhandledFaults.Unavailable);
        }
        context.Response.RegisterForDispose(memory);
        try
        {
            return await ReadAll(context.Request.BodyReader, limit, time.Token) is { } bytes ? (bytes, null) : (default, Body.SizeIsKept);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body did not arrive in time.", StatusCodes.Status408RequestTimeout);
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAll(PipeReader reader, int limit, CancellationToken ct)
    {
        var bytes = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            foreach (var segment in read.Buffer)
                bytes.Write(segment.Span);
            reader.AdvanceTo(read.Buffer.End);
            if (bytes.WrittenCount > limit)
                return null;
            if (read.IsCompleted)
                return bytes.WrittenMemory;
        }
    }
}
