using Esoz.Pages;
using Microsoft.AspNetCore.WebUtilities;

namespace Esoz.Portal;

/// <summary>What the frame of every page of the portal needs.</summary>
/// <param name="Path">Path of the page; for the answer to a form that of the page with the form.</param>
/// <param name="Query">Without the language.</param>
public sealed record PortalView(string Path, string Query)
{
    /// <summary>Of a page that is asked for with GET; its parameter <c>lang</c> chooses the language.</summary>
    public static PortalView Of(HttpContext context)
    {
        var query = QueryHelpers.ParseQuery(context.Request.QueryString.Value);
        if (query.Remove("lang", out var language))
            Language.Find(language.LastOrDefault())?.Choose(context);
        return new(context.Request.Path.ToUriComponent(), QueryString.Create(query).ToUriComponent());
    }

    /// <summary>Address of the same page in another language.</summary>
    public string In(Language language) => Path + new QueryString(Query).Add("lang", language.Code).ToUriComponent();

    /// <summary>A page that anybody may keep a compressed copy of: it has no secrets.</summary>
    /// <param name="policy">Content security policy, where that of every page is not enough.</param>
    internal static HtmlPage Page<TPage, TModel>(
        TModel model, bool hasSecrets = false, int status = StatusCodes.Status200OK, string? policy = null)
        where TPage : Page<TModel> => HtmlPage.Of<TPage, TModel>(model, status, hasScript: true, isCompressed: !hasSecrets, policy: policy);
}
