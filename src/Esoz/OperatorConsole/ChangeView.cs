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

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-changes", Path, ConsoleRole.AuditRead, Show, showsPersonalData: true);

    private static async Task<IResult> Show(
        HttpContext context, ConsoleSession session, PostgresDatabase database, Users users, TimeProvider clock)
    {
        var ct = context.RequestAborted;
        var asked = ChangeQuestion.Of(Parameters.OfQuery(context.Request));
        var log = new AuditLog(database);
        var entries = await log.Find(new()
        {
            ResourceId = asked.Record,
            // Nobody has the name of a user who does not exist.
            ActorId = asked.User is { } named ? (await users.Find(named, ct))?.ToString() ?? named : null,
            ClientId = asked.Client is null ? null : Guid.TryParse(asked.Client, out var client) ? client : Guid.Empty,
            RequestId = asked.Request,
            From = Shown.Start(asked.From) ?? clock.GetUtcNow().UtcDateTime.AddDays(-Days),
            Until = Shown.Start(asked.Until?.AddDays(1)),
            Limit = Most,
        }, ct);
        var names = await KnownNames.Of(
            database, entries.Select(entry => Guid.TryParse(entry.ActorId, out var actor) ? actor : (Guid?)null), ct);
        return HtmlPage.Of<ChangeViewPage, ChangeView>(new(session, asked, await log.Seals(ct), entries, names));
    }
}
