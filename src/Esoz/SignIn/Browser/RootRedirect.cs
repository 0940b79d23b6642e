using Esoz.Platform;
using Esoz.Platform.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Esoz.SignIn.Browser;

/// <summary>GET / with <c>client_id</c>: clients send the browser to the bare host (sign-in §2). It goes to /sign-in, with its query.</summary>
public static class RootRedirect
{
    public static PageRoute Page { get; } = new("sign-in-root", HttpMethods.Get, "/") { Handle = Handle };

    private static IResult Handle(HttpContext context)
    {
        var query = context.Request.QueryString;
        if (!QueryHelpers.ParseQuery(query.Value).ContainsKey("client_id"))
            return (Reply)Refusal.NotFound();
        context.Response.Headers.Location = $"{SignInPages.Path}{query.Value}";
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}
