using System.Net;
using System.Net.Sockets;

namespace Esoz.Tests.Platform.Telemetry.Alerts;

/// <summary>A way to a server over TCP that can be closed: then nothing answers at its address, and connections are cut.</summary>
internal sealed class Road : IAsyncDisposable
{
    private readonly Uri _to;
    private readonly int _port;
    private CancellationTokenSource _closed = new();
    private TcpListener _listener;

    public Road(Uri to)
    {
        _to = to;
        _listener = new(IPAddress.Loopback, 0);
        _listener.Start();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = Accept(_listener, _closed.Token);
    }

    public string Url => $"http://127.0.0.1:{_port}";

    public void Close()
    {
        _closed.Cancel();
        _listener.Dispose();
    }

    public void Open()
    {
        _closed.Dispose();
        _closed = new();
        _listener = new(IPAddress.Loopback, _port);
        _listener.Start();
        _ = Accept(_listener, _closed.Token);
    }

    public ValueTask DisposeAsync()
    {
        Close();
        _closed.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task Accept(TcpListener listener, CancellationToken closed)
    {
        try
        {
            while (true)
                _ = Carry(await listener.AcceptTcpClientAsync(closed), closed);
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task Carry(TcpClient from, CancellationToken closed)
    {
        using (from)
        using (var to = new TcpClient())
        {
            try
            {
                await to.ConnectAsync(_to.Host, _to.Port, closed);
                await Task.WhenAny(
                    from.GetStream().CopyToAsync(to.GetStream(), closed), to.GetStream().CopyToAsync(from.GetStream(), closed));
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or IOException)
            {
                // Closed, or one of the two has gone.
            }
        }
    }
}
