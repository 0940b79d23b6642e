using System.Net;
using Esoz.Platform.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Esoz;

/// <summary>The listeners of the web server, and what a connection may take of it.</summary>
internal static class Listeners
{
    /// <summary>What has arrived of a request that is not being read: that of each connection, so it is small.</summary>
    private const int BufferSize = 128 * 1024;

    /// <param name="urls">Addresses, of which some may have TLS.</param>
    public static void Configure(KestrelServerOptions kestrel, Settings settings, IReadOnlyList<string> urls)
    {
        // A bare LF would end a header line here and not in a proxy before it, so that the two could disagree where a request ends.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        kestrel.AddServerHeader = false;
        // The gateway limits bodies per method and answers in the family's envelope.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestBufferSize = BufferSize;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 2 * BufferSize;
        kestrel.Limits.Http2.InitialStreamWindowSize = BufferSize;
        kestrel.Limits.MaxConcurrentConnections = settings.MaxConnections;
        foreach (var url in urls)
            Listen(kestrel, BindingAddress.Parse(url), Listener.IsTls(url)
                ? kestrel.ApplicationServices.GetRequiredService<ServerCertificate>().Handshakes : null);
    }

    /// <summary>
    /// The base of URLs. In production any host that a client sends is repeated only if the operator allowed it; by default the server
    /// is for this machine, or does not start.
    /// </summary>
    public static PublicUrl PublicUrl(Settings settings) => new(settings.PublicBaseUrl,
        settings.AllowedHosts.Count > 0 ? settings.AllowedHosts
        : settings.Mode == Mode.Production && !settings.AllowInsecure.Contains(Insecure.AnyHost) ? Platform.Http.PublicUrl.ThisMachine
        : null, settings.AuthBaseUrl);

    private static void Listen(KestrelServerOptions kestrel, BindingAddress address, TlsHandshakeCallbackOptions? tls)
    {
        if (address.IsUnixPipe)
            kestrel.ListenUnixSocket(address.UnixPipePath, Configure);
        else if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, address.Port, Configure);
        else if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            kestrel.ListenLocalhost(address.Port, Configure);
        else
            kestrel.ListenAnyIP(address.Port, Configure);

        void Configure(ListenOptions listener)
        {
            if (tls is not null)
                listener.UseHttps(tls);
        }
    }
}
