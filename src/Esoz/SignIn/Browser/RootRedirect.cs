using Esoz.Pages;
using Microsoft.AspNetCore.WebUtilities;

namespace Esoz.SignIn.Browser;

/// <summary>
/// GET / with <c>client_id</c>: clients send the browser to the bare host (sign-in §2), and it goes on with its
/// query. Without it, the <see cref="HomePage"/> of the program.
/// </summary>
public static class RootRedirect
{
    public static PageRoute Page { get; } = new("sign-in-root", HttpMethods.Get, "/") { Handle = Handle };

    private static IResult Handle(HttpContext context)
    {
        var query = context.Request.QueryString;
        return QueryHelpers.ParseQuery(query.Value).ContainsKey("client_id")
            ? new SeeOther($"{SignInPages.Path}{query.Value}")
            : context.RequestServices.GetService<HomePage>()?.Show(context) ?? (Reply)Refusal.NotFound();
    }
}
