using System.Net.Sockets;

namespace Esoz.Platform.Configuration;

/// <summary>Addresses that a server listens on.</summary>
public static class Listener
{
    private const int MaxPort = 65535;

    /// <param name="text">Addresses, separated by semicolons.</param>
    /// <exception cref="FormatException">An address that the server cannot listen on.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        var urls = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return urls.FirstOrDefault(url => !IsListener(url)) is { } wrong
            ? throw new FormatException(
                $"must be addresses such as http://0.0.0.0:9090, port 0 to {MaxPort}, separated by semicolons, but has '{wrong}'")
            : urls;
    }

    /// <summary>Why the server cannot listen, in one sentence; null when the fault has another cause.</summary>
    public static string? Explain(Exception fault, IEnumerable<string> urls)
    {
        var addresses = string.Join(" ", urls);
        return fault switch
        {
            IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
                $"The port of {addresses} is taken by another program.",
            SocketException refused => $"Cannot listen on {addresses}: {refused.Message}.",
            _ => null,
        };
    }

    /// <summary>TLS is the business of a proxy in front of the server, so https is not among them.</summary>
    private static bool IsListener(string url)
    {
        if (!url.StartsWith("http://", StringComparison.Ordinal))
            return false;
        try
        {
            var address = BindingAddress.Parse(url);
            return address is { PathBase: "", Port: >= 0 and <= MaxPort };
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
