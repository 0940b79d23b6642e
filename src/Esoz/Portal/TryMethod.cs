using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>
/// POST /docs/methods/{name}/try: sends a request to this server with demo credentials, over HTTP like any client, and shows request and
/// answer. Only where the demo registry may be seen.
/// </summary>
public static class TryMethod
{
    private const int MaxAnswer = 16 * 1024;

    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public static PageRoute Page { get; } = new("portal-try", HttpMethods.Post, $"{PortalPages.Methods}/{{name}}/try") { Handle = Handle };

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
        using var request = new HttpRequestMessage(new HttpMethod(method.Card.Verb), new Uri(OwnListener.Of(context), call.Path));
        var text = new StringBuilder().Append($"{method.Card.Verb} {call.Path}");
        foreach (var (name, value) in call.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
            text.Append($"\n{name}: {value}");
        }
        if (call.Body is not null)
        {
            request.Content = new StringContent(call.Body, Encoding.UTF8, "application/json");
            text.Append($"\nContent-Type: application/json\n\n{Indented(call.Body)}");
        }
        using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        var body = await Read(answer.Content, context.RequestAborted);
        return new(demo.Masked(text.ToString()), (int)answer.StatusCode, Indented(body),
            answer.Headers.TryGetValues(RequestId.Header, out var ids) ? ids.First() : null, CheckOf(method, answer.StatusCode, body),
            demo.Roles.FirstOrDefault(role => role.Headers.SequenceEqual(call.Headers))?.Id);
    }

    /// <summary>The beginning of the body, which may be a whole snapshot.</summary>
    private static async Task<string> Read(HttpContent content, CancellationToken ct)
    {
        await using var body = await content.ReadAsStreamAsync(ct);
        var bytes = new byte[MaxAnswer];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return length < MaxAnswer ? text : $"{text}\n…";
    }

    private static int? CheckOf(MethodEntry method, HttpStatusCode status, string body)
    {
        if ((int)status < 400 || Parsed(body)?["error"] is not { } error)
            return null;
        var place = method.Checks.ToList().FindIndex(check => check.Answered((int)status, error));
        return place < 0 ? null : place;
    }

    private static string Indented(string text) => Parsed(text) is { } json ? Samples.Json(json) : text;

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // An answer that is cut, or lines of JSON, are shown as they came.
            return null;
        }
    }
}
