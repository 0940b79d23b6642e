using Esoz.Pages;
using Microsoft.AspNetCore.WebUtilities;

namespace Esoz.SignIn.Browser;

/// <summary>The pages of sign-in, in their order; each form is sent to the path of the first.</summary>
internal static class SignInPages
{
    public const string Path = "/sign-in";

    public static HtmlPage Password(SignInSession session) => Password(new PasswordForm(session, session.Request.Email));

    /// <param name="refusal">Why the former attempt was refused.</param>
    public static HtmlPage Password(PasswordForm form, Refusal? refusal = null) =>
        HtmlPage.Of<PasswordPage, PasswordForm>(form, StatusOf(refusal), form.Form.Request.Origin);

    /// <param name="refusal">Why the former attempt was refused.</param>
    public static HtmlPage Factor(FactorForm form, Refusal? refusal = null) =>
        HtmlPage.Of<FactorPage, FactorForm>(form, StatusOf(refusal), form.Form.Request.Origin);

    /// <param name="refusal">Why the former attempt was refused.</param>
    public static HtmlPage Number(NumberForm form, Refusal? refusal = null) =>
        HtmlPage.Of<NumberPage, NumberForm>(form, StatusOf(refusal), form.Form.Request.Origin);

    public static HtmlPage Access(AccessForm form) => HtmlPage.Of<AccessPage, AccessForm>(form, formTarget: form.Form.Request.Origin);

    public static HtmlPage Consent(ConsentForm form) => HtmlPage.Of<ConsentPage, ConsentForm>(form, formTarget: form.Form.Request.Origin);

    /// <summary>Wrong input shows the page again with 200; a server that has no time for it says so.</summary>
    internal static int StatusOf(Refusal? refusal) => refusal?.Kind switch
    {
        RefusalKind.TooManyRequests => StatusCodes.Status429TooManyRequests,
        RefusalKind.NotReady => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status200OK,
    };

    /// <summary>The request is wrong in a way that forbids a redirect (sign-in §5, check 1).</summary>
    /// <param name="withLanguages">The address of the page has the whole request.</param>
    public static HtmlPage WrongRequest(HttpContext context, Refusal refusal, bool withLanguages)
    {
        PageRoute.Record(context, refusal);
        return (SignInMessages.WrongRequest(refusal.Message!) with
        {
            Address = withLanguages ? language => Path + With(context.Request.QueryString, "lang", language.Code) : null,
        }).Page(StatusCodes.Status400BadRequest);
    }

    public static HtmlPage OutOfDate(BrowserRequest? request) =>
        SignInMessages.OutOfDate(request?.Again).Page(StatusCodes.Status400BadRequest);

    /// <summary>The client asks for more than it may (checks 3 and 7).</summary>
    public static RedirectBack WrongScope(HttpContext context, string redirectUri, string? state, Refusal refusal)
    {
        PageRoute.Record(context, refusal);
        return RedirectBack.Error(redirectUri, state, "invalid_scope", TextOf(refusal));
    }

    /// <summary>The literal text of a refusal, wherever it stands in the envelope.</summary>
    public static string TextOf(Refusal refusal) => refusal.Message
        ?? refusal.Invalid.SelectMany(invalid => invalid.Rules ?? []).Select(rule => rule.Description).OfType<string>().First();

    /// <summary>The query with one parameter replaced.</summary>
    public static string With(QueryString query, string name, string value)
    {
        var others = QueryHelpers.ParseQuery(query.Value);
        others.Remove(name);
        return QueryString.Create(others).Add(name, value).ToUriComponent();
    }
}
