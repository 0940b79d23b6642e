using Esoz.Platform.Configuration;

namespace Esoz.Pages;

/// <summary>
/// A cookie that names a session of a browser. The prefix <c>__Host-</c> makes browsers demand that this host has set it over TLS. Over
/// plain HTTP on this machine it has neither prefix nor <c>Secure</c>; from elsewhere without TLS, browsers do not keep it.
/// </summary>
/// <param name="name">Without the prefix.</param>
/// <param name="baseOf">Base of the pages that have it.</param>
internal sealed class HostCookie(string name, Func<PublicUrl, HttpRequest, string> baseOf)
{
    /// <summary>Between the pages of a sign-in.</summary>
    public static readonly HostCookie SignIn = new("esoz-sign-in", static (url, request) => url.OfSignIn(request));

    /// <summary>Of the operator's console.</summary>
    public static readonly HostCookie Console = new("esoz-console", static (url, request) => url.Base(request));

    public string Name { get; } = $"__Host-{name}";

    public string LocalName => name;

    public string? Read(HttpContext context) => context.Request.Cookies[NameOf(context)];

    /// <summary>Until the browser is closed.</summary>
    public void Write(HttpContext context, string value) => context.Response.Cookies.Append(NameOf(context), value, Options(context));

    public void Delete(HttpContext context) => context.Response.Cookies.Delete(NameOf(context), Options(context));

    private string NameOf(HttpContext context) => IsLocal(context) ? LocalName : Name;

    private CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        Secure = !IsLocal(context),
        SameSite = SameSiteMode.Lax,
        Path = "/",
        IsEssential = true,
    };

    private bool IsLocal(HttpContext context)
    {
        var url = new Uri(baseOf(context.RequestServices.GetRequiredService<PublicUrl>(), context.Request));
        return url.Scheme == Uri.UriSchemeHttp && Listener.IsLocalHost(url.Host);
    }
}
