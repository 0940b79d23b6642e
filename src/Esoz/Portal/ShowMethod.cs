using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>What a form on the page of a method has: values of its parameters, its body, who sends it.</summary>
/// <param name="Values">By parameter, as <c>path.id</c> or <c>query.page</c>.</param>
/// <param name="Body">Null when the method takes none.</param>
public sealed record Draft(string? Role, IReadOnlyDictionary<string, string> Values, string? Body);

/// <summary>A request that was sent, and its answer.</summary>
/// <param name="Request">As text, secrets replaced by the names of their variables.</param>
/// <param name="Answer">The body as text.</param>
/// <param name="Check">Place of the check that refused it among those of the method; null = none of them.</param>
/// <param name="Role">Who has sent it; null when nobody of the demo registry is known.</param>
public sealed record Trial(string Request, int Status, string Answer, string? RequestId, int? Check, string? Role);

/// <summary>What the page of a method shows.</summary>
/// <param name="Server">Base URL, for the examples.</param>
/// <param name="Demo">What the demo registry offers; null = the page is read-only.</param>
/// <param name="Token">Of the forms; null without them.</param>
public sealed record MethodView(
    PortalView View, MethodEntry Method, string Server, DemoAccess? Demo, string? Token, Draft Draft, Trial? Trial);

/// <summary>GET /docs/methods/{name}: everything about one method, by operation or Method API ID.</summary>
public static class ShowMethod
{
    public static PageRoute Page { get; } = new("portal-method", HttpMethods.Get, $"{PortalPages.Methods}/{{name}}") { Handle = Handle };

    private static HtmlPage Handle(HttpContext context, string name, Reference reference, Demonstration demonstration)
    {
        var view = PortalView.Of(context);
        return reference.Find(name) is { } method
            ? Of(context, view with { Path = method.Address }, method, demonstration.For(context), null, null)
            : Unknown;
    }

    internal static HtmlPage Unknown => new Message(
        language => language.Text("Такого методу немає", "There is no such method"),
        language => language.Text("Знайдіть його в переліку за шляхом, номером або словом.", "Find it in the catalogue by path, id or word."))
    {
        Link = (PortalPages.Docs, language => language.Text("Усі методи", "All methods")),
    }.Page(StatusCodes.Status404NotFound);

    /// <param name="draft">What was sent; null = what the first example of the demo registry has.</param>
    internal static HtmlPage Of(HttpContext context, PortalView view, MethodEntry method, DemoAccess? demo, Draft? draft, Trial? trial) =>
        PortalView.Page<MethodPage, MethodView>(
            new(view, method, context.RequestServices.GetRequiredService<PublicUrl>().Base(context.Request), demo,
                demo is null ? null : VisitToken.Of(context), draft ?? Drafts.Of(method, demo), trial),
            hasSecrets: demo is not null);
}
