using Esoz.Pages;
using Esoz.Platform.Access;
using Esoz.Platform.Audit;

namespace Esoz.OperatorConsole;

/// <summary>What is asked of the audit log, as it stands in the fields.</summary>
/// <param name="Record">Id of the changed row.</param>
/// <param name="User">Id or e-mail.</param>
public sealed record ChangeQuestion(string? Record, string? User, string? Client, string? Request, DateOnly? From, DateOnly? Until)
{
    public static ChangeQuestion Of(Parameters query) => new(query["record"]?.Trim(), query["user"]?.Trim(), query["client"]?.Trim(),
        query["request"]?.Trim(), Shown.DateOf(query["from"]), Shown.DateOf(query["until"]));

    /// <summary>The same as parameters of an address.</summary>
    public IEnumerable<(string, string?)> Query =>
    [
        ("record", Record), ("user", User), ("client", Client), ("request", Request), ("from", Shown.Field(From)), ("until", Shown.Field(Until)),
    ];
}

/// <summary>Who changed what, from the audit log, and whether the log is sealed.</summary>
/// <param name="Entries">The newest first.</param>
public sealed record ChangeView(
    ConsoleSession Session, ChangeQuestion Asked, IReadOnlyList<LogSeal> Seals, IReadOnlyList<AuditEntry> Entries, KnownNames Names)
{
    public const string Path = ConsoleScreen.Root + "/changes";

    /// <summary>How many changes are shown.</summary>
    public const int Most = 100;

    /// <summary>How far back it is looked when no day is named: the log has an index by time.</summary>
    public const int Days = 7;

    /// <summary>The day (UTC).</summary>
    public required DateOnly Today { get; init; }

    /// <summary>The same question about the calendar month before this one.</summary>
    public ChangeQuestion LastMonth
    {
        get
        {
            var thisMonth = new DateOnly(Today.Year, Today.Month, 1);
            return Asked with { From = thisMonth.AddMonths(-1), Until = thisMonth.AddDays(-1) };
        }
    }

    /// <summary>Why the password was not accepted.</summary>
    public Words? Problem { get; init; }

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-changes", Path, ConsoleRole.AuditRead, Show, showsPersonalData: true);

    public static PageRoute ExportForm { get; } = ConsoleScreen.Changes("console-changes-export", Path + "/export", ConsoleRole.AuditRead, Export);

    private static async Task<IResult> Show(
        HttpContext context, ConsoleSession session, ReadDatabase database, Users users, TimeProvider clock)
    {
        var asked = ChangeQuestion.Of(Parameters.OfQuery(context.Request));
        return HtmlPage.Of<ChangeViewPage, ChangeView>(await Find(session, asked, database, users, clock, context.RequestAborted));
    }

    /// <summary>All changes of the question.</summary>
    private static async Task<IResult> Export(HttpContext context, ConsoleSession session, ConsoleForm form, Confirmation confirmation,
        PostgresDatabase database, Users users, TimeProvider clock, LogProofs proofs)
    {
        var ct = context.RequestAborted;
        var asked = ChangeQuestion.Of(form.Values);
        if (await confirmation.Problem(context, session, form) is { } problem)
        {
            var nothing = new ChangeView(session, asked, await new AuditLog(database).Seals(ct), [], await KnownNames.Of(database, [], ct))
            {
                Today = TodayOf(clock),
                Problem = problem,
            };
            return HtmlPage.Of<ChangeViewPage, ChangeView>(nothing, StatusCodes.Status422UnprocessableEntity);
        }
        var actions = new ConsoleActionTable(database.By(session, context));
        var action = await actions.Begin(ConsoleActionKind.ChangesExport, session.UserId, ct);
        await PageRoute.Record(context, StatusCodes.Status200OK, new AccessedIds(
            new[] { asked.Record, asked.Client }.Where(it => Guid.TryParse(it, out _)).Select(it => Guid.Parse(it!)).Append(action)));
        var query = await QueryOf(asked, users, clock, ct);
        return new SignedExport<AuditEntry>("changes", proofs, actions, action, new AuditLog(database).Read(query, ct));
    }

    private static async Task<ChangeView> Find(
        ConsoleSession session, ChangeQuestion asked, PostgresDatabase database, Users users, TimeProvider clock, CancellationToken ct)
    {
        var log = new AuditLog(database);
        var entries = await log.Find(await QueryOf(asked, users, clock, ct) with { Limit = Most }, ct);
        var names = await KnownNames.Of(
            database, entries.Select(entry => Guid.TryParse(entry.ActorId, out var actor) ? actor : (Guid?)null), ct);
        return new(session, asked, await log.Seals(ct), entries, names) { Today = TodayOf(clock) };
    }

    private static DateOnly TodayOf(TimeProvider clock) => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    private static async Task<AuditQuery> QueryOf(ChangeQuestion asked, Users users, TimeProvider clock, CancellationToken ct) => new()
    {
        ResourceId = asked.Record,
        // Nobody has the name of a user who does not exist.
        ActorId = asked.User is { } named ? (await users.Find(named, ct))?.ToString() ?? named : null,
        ClientId = asked.Client is null ? null : Guid.TryParse(asked.Client, out var client) ? client : Guid.Empty,
        RequestId = asked.Request,
        From = Shown.Start(asked.From) ?? clock.GetUtcNow().UtcDateTime.AddDays(-Days),
        Until = Shown.Start(asked.Until?.AddDays(1)),
    };
}
