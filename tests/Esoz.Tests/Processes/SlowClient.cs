using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Esoz.Tests.Processes;

/// <summary>A client that reads an answer from its socket at its own pace, through a small receive buffer.</summary>
internal sealed class SlowClient : IDisposable
{
    private readonly TcpClient _client = new() { ReceiveBufferSize = 8 * 1024 };

    private NetworkStream Stream => _client.GetStream();

    /// <summary>Whether the head of the request has been sent.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Bytes of the body according to its header.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes of the body read so far.</summary>
    public long Read { get; private set; }

    /// <summary>Sends the request and reads the head of the answer.</summary>
    /// <param name="lines">Request line and headers without Host.</param>
    public async Task<int> Ask(Uri server, params string[] lines)
    {
        var ct = TestContext.Current.CancellationToken;
        await _client.ConnectAsync(server.Host, server.Port, ct);
        var head = string.Join("\r\n", lines.Append($"Host: {server.Authority}"));
        await Stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}\r\n\r\n"), ct);
        IsConnected = true;
        var answer = new StringBuilder();
        var one = new byte[1];
        while (!answer.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await Stream.ReadExactlyAsync(one, ct);
            answer.Append((char)one[0]);
        }
        const string name = "Content-Length: ";
        var length = answer.ToString().Split("\r\n").Single(line => line.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        Length = long.Parse(length.AsSpan(name.Length), CultureInfo.InvariantCulture);
        return int.Parse(answer.ToString(9, 3), CultureInfo.InvariantCulture);
    }

    /// <summary>Reads at most so many bytes of the body; false when the connection ended before them.</summary>
    public async Task<bool> Take(long count)
    {
        var ct = TestContext.Current.CancellationToken;
        var buffer = new byte[64 * 1024];
        for (var left = Math.Min(count, Length - Read); left > 0;)
        {
            int read;
            try
            {
                read = await Stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), ct);
            }
            catch (IOException)
            {
                return false;
            }
            if (read == 0)
                return false;
            Read += read;
            left -= read;
        }
        return true;
    }

    public Task Send(string text) => Stream.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken).AsTask();

    public void Dispose() => _client.Dispose();
}
