using Esoz.Pages;
using Esoz.Parties;
using Esoz.Platform.Access;
using Esoz.Platform.Journal;

namespace Esoz.OperatorConsole;

/// <summary>What is asked of the access journal, as it stands in the fields.</summary>
/// <param name="Person">Id of a person, preperson, party or employee.</param>
/// <param name="User">Id or e-mail.</param>
public sealed record JournalQuestion(string? Person, string? User, string? Client, string? Request, DateOnly? From, DateOnly? Until)
{
    public bool IsEmpty => (Person ?? User ?? Client ?? Request) is null;

    public static JournalQuestion Of(Parameters query) => new(query["about"]?.Trim(), query["user"]?.Trim(), query["client"]?.Trim(),
        query["request"]?.Trim(), Shown.DateOf(query["from"]), Shown.DateOf(query["until"]));

    /// <summary>The same as parameters of an address.</summary>
    public IEnumerable<(string, string?)> Query =>
    [
        ("about", Person), ("user", User), ("client", Client), ("request", Request), ("from", Shown.Field(From)), ("until", Shown.Field(Until)),
    ];
}

/// <summary>Who looked at what, and who was refused; so also who saw a person.</summary>
/// <param name="Entries">The newest first; null: nothing was asked.</param>
public sealed record JournalView(
    ConsoleSession Session, JournalQuestion Asked, IReadOnlyList<JournalEntry>? Entries, KnownNames? Names, MethodBook Methods)
{
    public const string Path = ConsoleScreen.Root + "/journal";

    /// <summary>How many entries are shown.</summary>
    public const int Most = 100;

    /// <summary>How far back it is looked when no day is named; reading a day is not cheap.</summary>
    public const int Days = 7;

    /// <summary>Why there is no answer.</summary>
    public Words? Fault { get; init; }

    /// <summary>Why the password was not accepted.</summary>
    public Words? Problem { get; init; }

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-journal", Path, ConsoleRole.AuditRead, Show, showsPersonalData: true);

    public static PageRoute ExportForm { get; } = ConsoleScreen.Changes("console-journal-export", Path + "/export", ConsoleRole.AuditRead, Export);

    private static async Task<IResult> Show(HttpContext context, ConsoleSession session, ReadDatabase database, Users users,
        MethodBook methods, TimeProvider clock)
    {
        var ct = context.RequestAborted;
        var asked = JournalQuestion.Of(Parameters.OfQuery(context.Request));
        var view = new JournalView(session, asked, null, null, methods);
        if (asked.IsEmpty)
            return HtmlPage.Of<JournalViewPage, JournalView>(view);
        if (await FilterOf(asked, database, users, clock, ct) is not { } filter)
            return Refused(view with { Fault = Unknown });
        var found = await Newest(database, filter with { DailyLimit = Most + 1 }, Most + 1, ct);
        var names = await KnownNames.Of(database, found.SelectMany(entry => new[] { entry.UserId, entry.ClientId }), ct);
        return HtmlPage.Of<JournalViewPage, JournalView>(view with { Entries = found, Names = names });
    }

    /// <summary>All entries of the question, or of the period when nothing else is asked.</summary>
    private static async Task<IResult> Export(HttpContext context, ConsoleSession session, ConsoleForm form, Confirmation confirmation,
        PostgresDatabase database, Users users, MethodBook methods, TimeProvider clock, LogProofs proofs)
    {
        var ct = context.RequestAborted;
        var asked = JournalQuestion.Of(form.Values);
        var view = new JournalView(session, asked, null, null, methods);
        if (await confirmation.Problem(context, session, form) is { } problem)
            return Refused(view with { Problem = problem });
        if (await FilterOf(asked, database, users, clock, ct) is not { } filter)
            return Refused(view with { Fault = Unknown });
        var actions = new ConsoleActionTable(database.By(session, context));
        var action = await actions.Begin(ConsoleActionKind.JournalExport, session.UserId, ct);
        await PageRoute.Record(context, StatusCodes.Status200OK, new AccessedIds(
            new[] { asked.Person, asked.Client }.OfType<string>().Select(Guid.Parse).Append(action)));
        return new SignedExport<JournalEntry>(
            "journal", proofs, actions, action, new JournalReader(database).Read(filter, newestFirst: false, ct));
    }

    /// <summary>Null when the user is unknown or something is no id.</summary>
    private static async Task<JournalFilter?> FilterOf(
        JournalQuestion asked, PostgresDatabase database, Users users, TimeProvider clock, CancellationToken ct)
    {
        var user = asked.User is { } named ? await users.Find(named, ct) : null;
        if ((asked.User is not null && user is null) || IsNoId(asked.Person) || IsNoId(asked.Client))
            return null;
        return new()
        {
            ObjectIds = asked.Person is { } person ? await PersonIds.Of(database, Guid.Parse(person), ct) : [],
            UserId = user,
            ClientId = asked.Client is { } client ? Guid.Parse(client) : null,
            RequestId = asked.Request,
            Since = Shown.Start(asked.From) ?? (asked.Request is null ? clock.GetUtcNow().UtcDateTime.AddDays(-Days) : null),
            Until = Shown.Start(asked.Until?.AddDays(1)),
        };
    }

    private static HtmlPage Refused(JournalView view) =>
        HtmlPage.Of<JournalViewPage, JournalView>(view, StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IReadOnlyList<JournalEntry>> Newest(
        PostgresDatabase database, JournalFilter filter, int limit, CancellationToken ct)
    {
        var found = new List<JournalEntry>();
        await foreach (var entry in new JournalReader(database).Read(filter, newestFirst: true, ct))
        {
            found.Add(entry);
            if (found.Count == limit)
                break;
        }
        return found;
    }

    private static bool IsNoId(string? text) => text is not null && !Guid.TryParse(text, out _);

    private static readonly Words Unknown = new(
        "Такого користувача немає, або це не ідентифікатор", "There is no such user, or this is not an id");
}
