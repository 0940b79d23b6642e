using System.Security.Cryptography;
using System.Text;
using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>
/// A page of the console: makes the <see cref="PageRoute"/>, whose gate asks for a session, the role and, of a form, its token before the
/// handler is called. The handler takes <see cref="ConsoleSession"/>, and of a form <see cref="ConsoleForm"/>, as parameters.
/// </summary>
public static class ConsoleScreen
{
    public const string Root = "/console";

    /// <summary>A screen that shows something.</summary>
    /// <param name="role">One of <see cref="ConsoleRole"/>; null = any.</param>
    /// <param name="showsPersonalData">A view is written to the access journal before it is shown.</param>
    public static PageRoute Shows(string id, string path, string? role, Delegate handle, bool showsPersonalData = false) =>
        new(id, HttpMethods.Get, path) { Handle = handle, Gate = context => Open(context, role, showsPersonalData, ConsoleForm.Read) };

    /// <summary>A form of a screen that changes something.</summary>
    /// <param name="role">One of <see cref="ConsoleRole"/>; null = any.</param>
    public static PageRoute Changes(string id, string path, string? role, Delegate handle) =>
        new(id, HttpMethods.Post, path)
        {
            Handle = handle,
            Gate = context => Open(context, role, showsPersonalData: false, ConsoleForm.Read),
        };

    /// <summary>The same for a form with a file: the handler takes <see cref="ConsoleUpload"/> too.</summary>
    /// <param name="role">One of <see cref="ConsoleRole"/>.</param>
    public static PageRoute Receives(string id, string path, string role, Delegate handle) =>
        new(id, HttpMethods.Post, path)
        {
            Handle = handle,
            Gate = context => Open(context, role, showsPersonalData: false, ConsoleUpload.Read),
        };

    /// <summary>The answer to a request that may not go on; null when it may.</summary>
    private static async Task<IResult?> Open(
        HttpContext context, string? role, bool showsPersonalData, Func<HttpContext, string, Task<ConsoleForm?>> readForm)
    {
        Language.Find(context.Request.Query["lang"])?.Choose(context);
        var sessions = context.RequestServices.GetRequiredService<ConsoleSessions>();
        if (HostCookie.Console.Read(context) is not { } cookie
            || await sessions.Find(cookie, context.RequestAborted) is not (var session, null))
            return new SeeOther(ConsoleSignIn.AddressFor(context.Request));
        Identified.Set(context, null, session.UserId);
        if (role is not null && !session.May(role))
        {
            PageRoute.Record(context, Platform.Refusal.Forbidden($"The console role {role} is needed."));
            return ConsoleMessages.NotAllowed(role).Page(StatusCodes.Status403Forbidden);
        }
        context.Features.Set(session);
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            if (showsPersonalData)
                await PageRoute.Record(context, StatusCodes.Status200OK, AccessedIds.NamedBy(context.Request));
            return null;
        }
        return !IsOwn(context) || await readForm(context, cookie) is null
            ? ConsoleMessages.OutOfDate.Page(StatusCodes.Status400BadRequest) : null;
    }

    /// <summary>
    /// Whether the form can be one of our pages, as far as the browser says where it comes from. Our pages send no referrer, so the origin
    /// is <c>null</c> where a browser hides it; the token of the form decides then.
    /// </summary>
    private static bool IsOwn(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers["Sec-Fetch-Site"] is [{ } site] && site != "same-origin")
            return false;
        return headers.Origin is not [{ } origin] || origin == "null"
            || origin == context.RequestServices.GetRequiredService<PublicUrl>().Base(context.Request);
    }
}

/// <summary>What a form of the console has sent; its token was the one of the session.</summary>
public sealed record ConsoleForm(Parameters Values)
{
    public const string TokenField = "form_token";

    /// <summary>Null also when the character U+0000, which no text of the database can have, is in it.</summary>
    public string? this[string name] => Values[name] is { } value && !value.Contains('\0') ? value : null;

    public static ValueTask<ConsoleForm?> BindAsync(HttpContext context) => new(context.Features.Get<ConsoleForm>());

    /// <summary>Null when the request was not made by a form of ours for this cookie.</summary>
    internal static async Task<ConsoleForm?> Read(HttpContext context, string cookie) =>
        await Parameters.OfForm(context) is { } values ? Accept(context, cookie, values) : null;

    /// <summary>Null when the token is not that of the cookie.</summary>
    internal static ConsoleForm? Accept(HttpContext context, string cookie, Parameters values)
    {
        if (values[TokenField] is not { } token || !CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(ConsoleSessions.FormTokenOf(cookie))))
            return null;
        var form = new ConsoleForm(values);
        context.Features.Set(form);
        return form;
    }
}
