using Esoz.Pages;
using Esoz.Platform.Access;

namespace Esoz.OperatorConsole;

/// <summary>One user, who is blocked here.</summary>
public sealed record UserView(ConsoleSession Session, ListedUser User)
{
    private const string Template = UserList.Path + "/{id}";

    /// <summary>Something was changed, just now.</summary>
    public bool IsDone { get; init; }

    /// <summary>Why the password was not accepted.</summary>
    public Words? Problem { get; init; }

    /// <summary>Nobody locks out themselves.</summary>
    public bool MayChange => Session.May(ConsoleRole.OpsAct) && User.Id != Session.UserId;

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-user", Template, ConsoleRole.OpsRead, Show, showsPersonalData: true);

    public static PageRoute ChangeForm { get; } = ConsoleScreen.Changes(
        "console-user-change", Template + "/change", ConsoleRole.OpsAct, Change);

    public static string AddressOf(Guid user) => $"{UserList.Path}/{user}";

    private static async Task<IResult> Show(HttpContext context, string id, ConsoleSession session, PostgresDatabase database) =>
        await Find(session, id, database, context.RequestAborted) is { } view
            ? HtmlPage.Of<UserViewPage, UserView>(view with { IsDone = context.Request.Query.ContainsKey("done") })
            : ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);

    /// <summary>Blocks or unblocks.</summary>
    private static async Task<IResult> Change(HttpContext context, string id, ConsoleSession session, ConsoleForm form,
        Confirmation confirmation, PostgresDatabase database)
    {
        var ct = context.RequestAborted;
        if (await Find(session, id, database, ct) is not { MayChange: true, User.Id: var user } view)
            return ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);
        if (await confirmation.Problem(context, session, form) is { } problem)
            return HtmlPage.Of<UserViewPage, UserView>(view with { Problem = problem }, StatusCodes.Status422UnprocessableEntity);
        var registrar = new Registrar(database.By(session, context), session.UserId);
        if (form["change"] == ClientView.Unblock)
            await registrar.UnblockUser(user, ct);
        else
            await registrar.BlockUser(user, form["reason"], ct);
        await PageRoute.Record(context, StatusCodes.Status303SeeOther, new AccessedIds(user));
        return new SeeOther($"{AddressOf(user)}?done=1");
    }

    private static async Task<UserView?> Find(ConsoleSession session, string id, PostgresDatabase database, CancellationToken ct) =>
        Guid.TryParse(id, out var key) && await new AccessList(database).User(key, ct) is { } user ? new(session, user) : null;
}
