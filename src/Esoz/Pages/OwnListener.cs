using System.Net;
using Microsoft.AspNetCore.Connections.Features;

namespace Esoz.Pages;

/// <summary>Where a page sends requests to the server that it comes from.</summary>
public static class OwnListener
{
    /// <summary>The listener at which the browser's request arrived; a host that a browser names is not asked.</summary>
    public static Uri Of(HttpContext context)
    {
        var scheme = context.Features.Get<ITlsHandshakeFeature>() is null ? "http" : "https";
        return new($"{scheme}://{new IPEndPoint(context.Connection.LocalIpAddress!.MapToIPv4(), context.Connection.LocalPort)}");
    }
}
