using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>What the first page shows.</summary>
/// <param name="Server">Base URL.</param>
/// <param name="Methods">How many methods there are.</param>
/// <param name="Demo">Null = there are no demo credentials to show.</param>
public sealed record StartView(PortalView View, string Server, int Methods, DemoAccess? Demo);

/// <summary>GET /: three steps to the first request.</summary>
internal static class ShowStart
{
    public static HtmlPage Handle(HttpContext context)
    {
        var services = context.RequestServices;
        var demo = services.GetRequiredService<Demonstration>().For(context);
        return PortalView.Page<StartPage, StartView>(
            new(PortalView.Of(context), services.GetRequiredService<PublicUrl>().Base(context.Request),
                services.GetRequiredService<Reference>().Count, demo),
            hasSecrets: demo is not null);
    }
}
