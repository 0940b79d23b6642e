using System.Globalization;
using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>
/// POST /docs/methods/{name}/try: sends a request to this server with demo credentials, over HTTP like any client, and shows request and
/// answer. Only where the demo registry may be seen.
/// </summary>
public static class TryMethod
{
    public static PageRoute Page { get; } = new("portal-try", HttpMethods.Post, $"{PortalPages.Methods}/{{name}}/try")
    {
        Handle = Handle,
        // What the request that it sends may do, its method says.
        Changes = false,
    };

    private static async Task<IResult> Handle(HttpContext context, string name, Reference reference, Demonstration demonstration)
    {
        if (reference.Find(name) is not { } method || demonstration.For(context) is not { } demo)
            return ShowMethod.Unknown;
        var form = await Parameters.OfForm(context);
        if (form is null || !VisitToken.Proves(context, form[VisitToken.Field]))
            return OutOfDate(method);
        var prepared = int.TryParse(form["example"], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? demo.CallsOf(method.Card).ElementAtOrDefault(number) : null;
        var draft = prepared is null ? Drafts.Of(method, form) : Drafts.Of(method, demo);
        var call = prepared ?? new DemoCall(method.Card.Id, "", 0, Drafts.TargetOf(method, draft),
            demo.Roles.FirstOrDefault(role => role.Id == draft.Role)?.Headers ?? [], draft.Body);
        var trial = await Send(context, method, demo, call);
        return ShowMethod.Of(context, new(method.Address, ""), method, demo, draft, trial);
    }

    private static HtmlPage OutOfDate(MethodEntry method) => new Message(
        language => language.Text("Ця сторінка застаріла", "This page is out of date"),
        language => language.Text("Відкрийте сторінку методу ще раз і надішліть запит знову.", "Open the page of the method and send the request again."))
    {
        Link = (method.Address, language => method.Title.Of(language)),
    }.Page(StatusCodes.Status400BadRequest);

    private static async Task<Trial> Send(HttpContext context, MethodEntry method, DemoAccess demo, DemoCall call)
    {
        var exchange = await OwnRequest.Send(context, demo, method.Card.Verb, call.Path, call.Headers, call.Body);
        return new(exchange.Request, exchange.Status, exchange.Answer, exchange.RequestId, CheckOf(method, exchange),
            demo.Roles.FirstOrDefault(role => role.Headers.SequenceEqual(call.Headers))?.Id);
    }

    private static int? CheckOf(MethodEntry method, Exchange exchange)
    {
        if (exchange.Status < 400 || exchange.Json?["error"] is not { } error)
            return null;
        var place = method.Checks.ToList().FindIndex(check => check.Answered(exchange.Status, error));
        return place < 0 ? null : place;
    }
}
