using Esoz.Platform.Telemetry;

namespace Esoz.Platform.Http;

/// <summary>The body of an upload, read only forwards; see <see cref="TransferWatch.Receive"/>.</summary>
internal sealed class WatchedBody : ForwardStream
{
    private readonly HttpContext _context;
    private readonly TransferWatch _watch;
    private readonly CancellationTokenSource _stalled;
    private long _received;

    public WatchedBody(HttpContext context, TransferWatch watch)
    {
        (_context, _watch) = (context, watch);
        _stalled = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        context.Response.RegisterForDispose(_stalled);
    }

    public override long Position { get => _received; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _stalled.CancelAfter(_watch.Patience);
        using var timing = RequestTimes.Of(Waits.Client);
        try
        {
            var read = await _context.Request.Body.ReadAsync(buffer, _stalled.Token);
            _received += read;
            return read;
        }
        catch (OperationCanceledException) when (!_context.RequestAborted.IsCancellationRequested)
        {
            _watch.CutUpload(_context, _received);
            throw;
        }
        finally
        {
            _stalled.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }
}
