using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Esoz.Tests;

/// <summary>A client that sends exactly the given bytes; ordinary ones normalise paths and lengths.</summary>
internal static class RawHttp
{
    /// <param name="head">Request line and headers without Host and Connection.</param>
    /// <returns>Status, headers as text, and body.</returns>
    public static Task<(int Status, string Head, string Body)> Send(Uri server, string head, string body = "") =>
        SendExactly(server, $"{head}\r\nHost: {server.Authority}\r\nConnection: close\r\n\r\n{body}");

    /// <param name="request">The whole request, after which the server closes the connection.</param>
    /// <returns>As of <see cref="Send"/>.</returns>
    public static async Task<(int Status, string Head, string Body)> SendExactly(Uri server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture), answer[..end], answer[(end + 4)..]);
    }

    /// <summary>Sends the beginning of a request and disconnects.</summary>
    /// <param name="politely">Closes the connection properly; otherwise it is reset.</param>
    public static async Task Abandon(Uri server, string beginning, bool politely = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(beginning));
        // The server must have started to store the upload before the connection breaks.
        await Task.Delay(300);
        if (politely)
            client.Client.Shutdown(SocketShutdown.Send);
        else
            client.LingerState = new LingerOption(true, 0);
    }
}
