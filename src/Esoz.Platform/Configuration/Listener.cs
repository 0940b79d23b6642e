using System.Net;
using System.Net.Sockets;

namespace Esoz.Platform.Configuration;

/// <summary>Addresses that a server listens on.</summary>
public static class Listener
{
    private const int MaxPort = 65535;
    private const string Plain = "http://";
    private const string Tls = "https://";

    /// <summary>Addresses without TLS.</summary>
    /// <param name="text">Addresses, separated by semicolons.</param>
    /// <exception cref="FormatException">An address that the server cannot listen on.</exception>
    public static IReadOnlyList<string> Parse(string text) => Parse(text, Plain);

    /// <summary>The same, each with or without TLS.</summary>
    public static IReadOnlyList<string> ParseAny(string text) => Parse(text, Plain, Tls);

    public static bool IsTls(string url) => url.StartsWith(Tls, StringComparison.Ordinal);

    /// <summary>Whether only this machine reaches the listener.</summary>
    public static bool IsLocal(string url) => IsLocalHost(BindingAddress.Parse(url).Host);

    /// <summary>Whether the host is this machine, whatever the name service says.</summary>
    public static bool IsLocalHost(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.StartsWith("unix:", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

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

    private static string[] Parse(string text, params IReadOnlyList<string> schemes)
    {
        var urls = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return urls.FirstOrDefault(url => !schemes.Any(scheme => IsListener(url, scheme))) is { } wrong
            ? throw new FormatException(
                $"must be addresses such as http://0.0.0.0:9090, port 0 to {MaxPort}, separated by semicolons, but has '{wrong}'")
            : urls;
    }

    private static bool IsListener(string url, string scheme)
    {
        if (!url.StartsWith(scheme, StringComparison.Ordinal))
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
