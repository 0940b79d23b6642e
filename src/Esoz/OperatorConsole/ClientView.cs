using Esoz.Pages;
using Esoz.Platform.Access;
using Esoz.Platform.RollUp;

namespace Esoz.OperatorConsole;

/// <summary>One client: what it may do and has in use; it is blocked here, and its api-keys are revoked.</summary>
/// <param name="Keys">That are valid.</param>
/// <param name="Connections">The same, as which system acts for the client.</param>
/// <param name="Today">UTC.</param>
/// <param name="Use">Of the last <see cref="Days"/>, the earliest first.</param>
public sealed record ClientView(ConsoleSession Session, ShownClient Client, IReadOnlyList<ListedKey> Keys,
    IReadOnlyList<ListedConnection> Connections, KnownNames Names, DateOnly Today, IReadOnlyList<DayOfUse> Use)
{
    /// <summary>Days whose requests are shown.</summary>
    public const int Days = 30;

    /// <summary>Values of the choice what to change, beside the id of a key, which is revoked.</summary>
    public const string Block = "block";
    public const string Unblock = "unblock";

    private const string Template = ClientList.Path + "/{id}";

    /// <summary>Something was changed, just now.</summary>
    public bool IsDone { get; init; }

    /// <summary>Why the password was not accepted.</summary>
    public Words? Problem { get; init; }

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-client", Template, ConsoleRole.OpsRead, Show);

    public static PageRoute ChangeForm { get; } = ConsoleScreen.Changes(
        "console-client-change", Template + "/change", ConsoleRole.OpsAct, Change);

    public ListedConnection? ConnectionOf(Guid key) => Connections.FirstOrDefault(it => it.Id == key);

    public static string AddressOf(Guid client) => $"{ClientList.Path}/{client}";

    private static async Task<IResult> Show(HttpContext context, string id, ConsoleSession session, PostgresDatabase database,
        TimeProvider clock) =>
        await Find(session, id, database, clock, context.RequestAborted) is { } view
            ? HtmlPage.Of<ClientViewPage, ClientView>(view with { IsDone = context.Request.Query.ContainsKey("done") })
            : ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);

    private static async Task<IResult> Change(HttpContext context, string id, ConsoleSession session, ConsoleForm form,
        Confirmation confirmation, PostgresDatabase database, TimeProvider clock)
    {
        var ct = context.RequestAborted;
        if (await Find(session, id, database, clock, ct) is not { Client.Id: var client } view)
            return ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);
        if (await confirmation.Problem(context, session, form) is { } problem)
            return HtmlPage.Of<ClientViewPage, ClientView>(view with { Problem = problem }, StatusCodes.Status422UnprocessableEntity);
        var registrar = new Registrar(database.By(session, context), session.UserId);
        var isDone = form["change"] switch
        {
            Block => await registrar.BlockClient(client, form["reason"], ct),
            Unblock => await registrar.UnblockClient(client, ct),
            var key => Guid.TryParse(key, out var revoked) && await registrar.RevokeKeys(revoked, client, ct) > 0,
        };
        if (!isDone)
            return ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);
        await PageRoute.Record(context, StatusCodes.Status303SeeOther, new AccessedIds(client));
        return new SeeOther($"{AddressOf(client)}?done=1");
    }

    private static async Task<ClientView?> Find(
        ConsoleSession session, string id, PostgresDatabase database, TimeProvider clock, CancellationToken ct)
    {
        var today = clock.GetUtcNow().UtcDateTime.Date;
        var list = new AccessList(database);
        if (!Guid.TryParse(id, out var key) || await list.Client(key, ct) is not { } client)
            return null;
        var connections = await list.Connections(key, consumer: null, withEnded: false, ct);
        return new(session, client, await list.Keys(key, withExpired: false, ct), connections,
            await KnownNames.Of(database, connections.Select(it => (Guid?)it.ConsumerId), ct), DateOnly.FromDateTime(today),
            await new RollUpReader(database).Use(key, today.AddDays(1 - Days), ct));
    }
}
