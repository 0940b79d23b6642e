using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;

namespace Esoz.Platform.Http;

/// <summary>
/// How far the client of a request has got with the answer, as its acknowledgements say. The server's own writes do not tell: the kernel
/// takes megabytes at once and then nothing for many minutes while a slow reader works through them.
/// </summary>
internal sealed class TcpProgress
{
    // struct tcp_info of Linux, <linux/tcp.h>
    private const int TcpInfo = 11;
    private const int Unacknowledged = 24;
    private const int Acknowledged = 120;
    private const int NotSent = 144;
    private const int Length = 148;

    private readonly Socket _socket;
    private readonly byte[] _info = new byte[Length];
    private readonly long _start;
    private long _last;

    private TcpProgress(Socket socket)
    {
        _socket = socket;
        _start = Total();
    }

    /// <summary>Null when the connection is not TCP on Linux.</summary>
    public static TcpProgress? Of(HttpContext context) =>
        OperatingSystem.IsLinux() && context.Features.Get<IConnectionSocketFeature>()?.Socket is { ProtocolType: ProtocolType.Tcp } socket
            ? new(socket) : null;

    /// <summary>Bytes that the client has acknowledged since this object was made.</summary>
    /// <param name="isAwaited">Whether there are bytes that it has not acknowledged, so that it is the client who is waited for.</param>
    public long Taken(out bool isAwaited)
    {
        var total = Total();
        isAwaited = BinaryPrimitives.ReadUInt32LittleEndian(_info.AsSpan(Unacknowledged)) > 0
            || BinaryPrimitives.ReadUInt32LittleEndian(_info.AsSpan(NotSent)) > 0;
        return total - _start;
    }

    private long Total()
    {
        try
        {
            _socket.GetRawSocketOption((int)ProtocolType.Tcp, TcpInfo, _info);
            return _last = BinaryPrimitives.ReadInt64LittleEndian(_info.AsSpan(Acknowledged));
        }
        catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
        {
            // The connection has ended; the request is about to be told.
            return _last;
        }
    }
}
