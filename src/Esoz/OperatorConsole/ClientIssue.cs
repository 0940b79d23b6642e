using System.Globalization;
using Esoz.Clients;
using Esoz.Pages;
using Esoz.Platform.Access;

namespace Esoz.OperatorConsole;

/// <summary>
/// Issues an api-key of a client, or connects a system that acts for it. The secret is shown once, on the page that answers the form; it is
/// stored as a hash. Neither has scopes of its own: they open what the client may do.
/// </summary>
/// <param name="NewId">Id that the key or connection gets: a form that is sent twice issues nothing the second time.</param>
public sealed record ClientIssue(ConsoleSession Session, ShownClient Client, Guid NewId)
{
    /// <summary>Values of the choice what to issue.</summary>
    public const string Key = "key";
    public const string Connection = "connection";

    public const int DefaultDays = 365;

    private const string Template = ClientList.Path + "/{id}/issue";

    /// <summary>What was issued, just now; null = nothing yet.</summary>
    public string? Secret { get; init; }

    /// <summary>Why the password was not accepted.</summary>
    public Words? Problem { get; init; }

    /// <summary>Why nothing was issued.</summary>
    public Words? Fault { get; init; }

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-client-issue", Template, ConsoleRole.OpsAct, Show);

    public static PageRoute Form { get; } = ConsoleScreen.Changes("console-client-issued", Template, ConsoleRole.OpsAct, Issue);

    public static string AddressOf(Guid client) => $"{ClientView.AddressOf(client)}/issue";

    private static async Task<IResult> Show(HttpContext context, string id, ConsoleSession session, PostgresDatabase database) =>
        await Find(session, id, Guid.NewGuid(), database, context.RequestAborted) is { } view
            ? HtmlPage.Of<ClientIssuePage, ClientIssue>(view) : ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);

    private static async Task<IResult> Issue(HttpContext context, string id, ConsoleSession session, ConsoleForm form,
        Confirmation confirmation, PostgresDatabase database, ConnectionOptions options)
    {
        var ct = context.RequestAborted;
        if (!Guid.TryParse(form["new_id"], out var newId) || await Find(session, id, newId, database, ct) is not { Client.Id: var client } view)
            return ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);
        if (await confirmation.Problem(context, session, form) is { } problem)
            return Refused(view with { Problem = problem });
        var registrar = new Registrar(database.By(session, context), session.UserId);
        var (secret, fault) = form["what"] == Connection
            ? await Connect(registrar, new(database), view, form, options, ct) : await IssueKey(registrar, view, form, ct);
        if (secret is null)
            return Refused(view with { NewId = Guid.NewGuid(), Fault = fault ?? SentTwice });
        await PageRoute.Record(context, StatusCodes.Status200OK, new AccessedIds(client, newId));
        return HtmlPage.Of<ClientIssuePage, ClientIssue>(view with { Secret = secret }, hasScript: true);
    }

    private static async Task<(string? Secret, Words? Fault)> IssueKey(
        Registrar registrar, ClientIssue view, ConsoleForm form, CancellationToken ct)
    {
        if (!int.TryParse(form["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            || days is < 1 or > Registrar.MaxKeyDays)
            return (null, WrongDays);
        var certificate = form["certificate"]?.Trim() is { } text ? Thumbprint.Parse(text) ?? "" : null;
        if (certificate is "")
            return (null, WrongCertificate);
        return (await registrar.IssueKey(
            view.Client.Id, TimeSpan.FromDays(days), certificate is null ? [] : [certificate], ct, view.NewId), null);
    }

    private static async Task<(string? Secret, Words? Fault)> Connect(
        Registrar registrar, AccessList list, ClientIssue view, ConsoleForm form, ConnectionOptions options, CancellationToken ct)
    {
        var address = form["redirect_uri"]?.Trim() ?? "";
        if (RedirectUri.Fault(address, options) is { } fault)
            return (null, new($"Адреса повернення: {fault}", $"Return address: {fault}"));
        var consumer = view.Client.Id;
        if (form["consumer"]?.Trim() is { } named && (!Guid.TryParse(named, out consumer) || await list.Client(consumer, ct) is null))
            return (null, NoConsumer);
        return ((await registrar.Connect(view.Client.Id, consumer, address, ct, view.NewId))?.Secret, null);
    }

    private static HtmlPage Refused(ClientIssue view) =>
        HtmlPage.Of<ClientIssuePage, ClientIssue>(view, StatusCodes.Status422UnprocessableEntity);

    private static async Task<ClientIssue?> Find(
        ConsoleSession session, string id, Guid newId, PostgresDatabase database, CancellationToken ct) =>
        Guid.TryParse(id, out var key) && await new AccessList(database).Client(key, ct) is { } client ? new(session, client, newId) : null;

    private static readonly Words SentTwice = new(
        "Цю форму вже надіслано: секрет видано й показано один раз.", "This form was already sent: the secret was issued and shown once.");

    private static readonly Words WrongDays = new(
        $"Строк – від 1 до {Registrar.MaxKeyDays} днів", $"The term is 1 to {Registrar.MaxKeyDays} days");

    private static readonly Words WrongCertificate = new(
        "Відбиток сертифіката – SHA-256, 64 шістнадцяткові цифри", "The fingerprint of the certificate is its SHA-256, 64 hexadecimal digits");

    private static readonly Words NoConsumer = new("Такого клієнта, який діяв би, немає", "There is no such acting client");
}
