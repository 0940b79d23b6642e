using System.Security.Cryptography;
using System.Text;
using Esoz.Platform.Access;

namespace Esoz.Portal;

/// <summary>
/// Proves that a form that acts comes from a page that this browser was shown: the token is in a cookie and in the form, and a page of
/// another site can neither read nor send the first.
/// </summary>
internal static class VisitToken
{
    public const string Field = "visit";

    private const string Cookie = "esoz-portal";

    /// <summary>The token of this browser; its cookie is set with the first.</summary>
    public static string Of(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is { Length: > 0 } known)
            return known;
        var token = SecretHash.NewSecret();
        context.Response.Cookies.Append(Cookie, token, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            Path = PortalPages.Docs,
            IsEssential = true,
        });
        return token;
    }

    public static bool Proves(HttpContext context, string? sent) =>
        sent is not null && context.Request.Cookies[Cookie] is { Length: > 0 } known
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(sent));
}
