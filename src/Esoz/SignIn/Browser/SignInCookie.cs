using Esoz.Platform.Configuration;
using Esoz.Platform.Http;

namespace Esoz.SignIn.Browser;

/// <summary>
/// The cookie of a sign-in. The prefix <c>__Host-</c> makes browsers demand that this host has set it over TLS. Over plain HTTP on this
/// machine it has neither prefix nor <c>Secure</c>; from elsewhere without TLS, browsers do not keep it.
/// </summary>
internal static class SignInCookie
{
    public const string Name = "__Host-esoz-sign-in";
    public const string LocalName = "esoz-sign-in";

    public static string? Read(HttpContext context) => context.Request.Cookies[NameOf(context)];

    public static void Write(HttpContext context, string value) =>
        context.Response.Cookies.Append(NameOf(context), value, Options(context));

    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(NameOf(context), Options(context));

    private static string NameOf(HttpContext context) => IsLocal(context) ? LocalName : Name;

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        Secure = !IsLocal(context),
        SameSite = SameSiteMode.Lax,
        Path = "/",
        IsEssential = true,
    };

    private static bool IsLocal(HttpContext context)
    {
        var url = new Uri(context.RequestServices.GetRequiredService<PublicUrl>().OfSignIn(context.Request));
        return url.Scheme == Uri.UriSchemeHttp && Listener.IsLocalHost(url.Host);
    }
}
