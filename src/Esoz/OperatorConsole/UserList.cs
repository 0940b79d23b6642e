using Esoz.Pages;
using Esoz.Platform.Access;

namespace Esoz.OperatorConsole;

/// <summary>Users: those who sign in.</summary>
/// <param name="Find">Id or e-mail of the one that is asked for.</param>
/// <param name="IsUnknown">There is no such user.</param>
public sealed record UserList(ConsoleSession Session, string? Find, bool IsUnknown, bool OnlyBlocked, IReadOnlyList<ListedUser> Users)
{
    public const string Path = ConsoleScreen.Root + "/clients/users";

    /// <summary>How many are shown.</summary>
    public const int Most = 200;

    public static IReadOnlyList<(string Value, Words Text)> States { get; } = [("blocked", new("Заблоковані", "Blocked"))];

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-users", Path, ConsoleRole.OpsRead, Show, showsPersonalData: true);

    private static async Task<IResult> Show(HttpContext context, ConsoleSession session, ReadDatabase database, Users users)
    {
        var ct = context.RequestAborted;
        var query = Parameters.OfQuery(context.Request);
        var find = query["find"]?.Trim();
        if (find is not null && await users.Find(find, ct) is { } user)
            return new SeeOther(UserView.AddressOf(user));
        var onlyBlocked = query["state"] == "blocked";
        return HtmlPage.Of<UserListPage, UserList>(new(session, find, find is not null, onlyBlocked,
            find is null ? await new AccessList(database).Users(null, onlyBlocked, Most, ct) : []));
    }
}
