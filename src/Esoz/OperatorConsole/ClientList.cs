using Esoz.Pages;
using Esoz.Platform.Access;

namespace Esoz.OperatorConsole;

/// <summary>Clients of the API and their api-keys.</summary>
/// <param name="Keys">That are valid; the first to expire first.</param>
public sealed record ClientList(ConsoleSession Session, IReadOnlyList<ListedClient> Clients, IReadOnlyList<ListedKey> Keys)
{
    public const string Path = ConsoleScreen.Root + "/clients";

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-clients", Path, ConsoleRole.OpsRead, Show);

    /// <summary>When the first valid key of a client expires; null = none does.</summary>
    public DateTime? ExpiryOf(Guid client) => Keys.Where(key => key.ClientId == client).Min(key => key.ExpiresAt);

    private static async Task<IResult> Show(HttpContext context, ConsoleSession session, ReadDatabase database)
    {
        var list = new AccessList(database);
        return HtmlPage.Of<ClientListPage, ClientList>(new(session, await list.Clients(null, context.RequestAborted),
            await list.Keys(null, withExpired: false, context.RequestAborted)));
    }
}
