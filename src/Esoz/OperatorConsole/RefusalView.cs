using Esoz.Pages;
using Esoz.Platform.Journal;

namespace Esoz.OperatorConsole;

/// <summary>Why a request was refused, by its id; without one the newest refusals.</summary>
/// <param name="Request">The id that is asked for.</param>
/// <param name="Accounts">What the journal has of it.</param>
/// <param name="Newest">When no id is asked for.</param>
public sealed record RefusalView(ConsoleSession Session, string? Request, IReadOnlyList<RequestAccount> Accounts,
    IReadOnlyList<JournalEntry> Newest, KnownNames Names, MethodBook Methods)
{
    public const string Path = ConsoleScreen.Root + "/refusals";

    /// <summary>How many of the newest are shown.</summary>
    private const int Most = 50;

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-refusals", Path, ConsoleRole.AuditRead, Show, showsPersonalData: true);

    private static async Task<IResult> Show(
        HttpContext context, ConsoleSession session, PostgresDatabase database, MethodBook methods, TimeProvider clock)
    {
        var ct = context.RequestAborted;
        var request = Parameters.OfQuery(context.Request)["request"]?.Trim();
        var filter = request is not null ? new JournalFilter { RequestId = request }
            : new() { OnlyRefused = true, DailyLimit = Most, Since = clock.GetUtcNow().UtcDateTime.AddDays(-1) };
        var entries = await JournalView.Newest(database, filter, Most, ct);
        var accounts = new List<RequestAccount>();
        if (request is not null)
        {
            foreach (var entry in entries)
                accounts.Add(await RequestAccount.Of(entry, methods.Cards).WithBrokenNow(database, methods.Cards, ct));
        }
        var names = await KnownNames.Of(database, entries.SelectMany(entry => new[] { entry.UserId, entry.ClientId }), ct);
        return HtmlPage.Of<RefusalViewPage, RefusalView>(new(session, request, accounts, request is null ? entries : [], names, methods),
            hasScript: true);
    }
}
