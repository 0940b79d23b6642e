using Esoz.BulkExport;
using Esoz.BulkExport.Building;
using Esoz.BulkExport.Snapshots;
using Esoz.BulkExport.Verifying;
using Esoz.Pages;
using Esoz.Platform.RollUp;

namespace Esoz.OperatorConsole;

/// <summary>The snapshots of the bulk export: what is served, and the builds of a month. They are built and verified here.</summary>
/// <param name="Builds">In the order of the resources, the newest build first.</param>
/// <param name="Resource">Whose past builds are shown.</param>
/// <param name="Past">Of the last <see cref="Nights"/>, the earliest first.</param>
/// <param name="Windows">Of <paramref name="Resource"/>; null = it has none.</param>
/// <param name="Downloads">By client, of as many days as there are figures of.</param>
/// <param name="LastBuild">That was begun here; null = none was.</param>
/// <param name="LastVerification">As <paramref name="LastBuild"/>.</param>
public sealed record SnapshotList(ConsoleSession Session, DateTime Now, IReadOnlyList<SnapshotBuild> Builds, string Resource,
    IReadOnlyList<PastBuild> Past, ServedWindows? Windows, IReadOnlyList<ClientDay> Downloads, KnownNames Names,
    ConsoleAction? LastBuild, ConsoleAction? LastVerification)
{
    /// <summary>Days that the plots show.</summary>
    public const int Nights = 30;

    /// <summary>Clients that have rows of their own.</summary>
    private const int MaxClients = 15;

    public const string Path = ConsoleScreen.Root + "/snapshots";

    /// <summary>Values of the choice what to do.</summary>
    public const string Build = "build";
    public const string Verify = "verify";

    /// <summary>Why the password was not accepted.</summary>
    public Words? Problem { get; init; }

    /// <summary>Why nothing was begun.</summary>
    public Words? Fault { get; init; }

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-snapshots", Path, ConsoleRole.OpsRead, Show);

    public static PageRoute RunForm { get; } = ConsoleScreen.Changes("console-snapshots-run", Path + "/run", ConsoleRole.OpsAct, Run);

    public static IReadOnlyList<(string Value, Words Text)> Resources { get; } =
        [.. BulkResources.All.Select(resource => (resource.Name, new Words(resource.Name, resource.Name)))];

    /// <summary>Resources that have no snapshot in service.</summary>
    public IEnumerable<string> Missing => BulkResources.All.Select(resource => resource.Name)
        .Except(Builds.Where(build => build.State == SnapshotState.Ready).Select(build => build.Snapshot.Resource));

    public static string State(string state, Language language) => state switch
    {
        SnapshotState.Building => language.Text("Створюється", "Being built"),
        SnapshotState.Ready => language.Text("Роздається", "In service"),
        SnapshotState.Retired => language.Text("Замінено", "Replaced"),
        SnapshotState.Failed => language.Text("Не вдалося", "Failed"),
        _ => state,
    };

    /// <summary>The days that the plots show, the present one last.</summary>
    public IReadOnlyList<DateOnly> Days { get; } = DayPlot.Until(DateOnly.FromDateTime(Now), Nights);

    /// <summary>The last build of every day; null where there was none.</summary>
    public IReadOnlyList<PastBuild?> Nightly =>
        [.. Days.Select(day => Past.LastOrDefault(build => DateOnly.FromDateTime(build.StartedAt) == day))];

    /// <summary>Downloads of each day, of the clients with the most; the rest is one row.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<long> Values)> DownloadsByClient(Language language)
    {
        var clients = Downloads.GroupBy(it => it.ClientId)
            .OrderByDescending(client => client.Sum(it => it.Requests)).ThenBy(client => client.Key);
        return ClientRows.Of(clients.Select(client => (client.Key, client.AsEnumerable())), MaxClients, Names, language, rows =>
        {
            var counts = rows.GroupBy(it => it.Day).ToDictionary(day => day.Key, day => day.Sum(it => it.Requests));
            return [.. Days.Select(day => counts.GetValueOrDefault(day))];
        });
    }

    private static async Task<IResult> Show(
        HttpContext context, ConsoleSession session, PostgresDatabase database, MethodBook methods, TimeProvider clock) =>
        HtmlPage.Of<SnapshotListPage, SnapshotList>(await Find(context, session, database, methods, clock), hasScript: true);

    private static async Task<IResult> Run(HttpContext context, ConsoleSession session, ConsoleForm form, Confirmation confirmation,
        PostgresDatabase database, MethodBook methods, TimeProvider clock, BackgroundActions actions, BuildSnapshots build,
        VerifySnapshots verify)
    {
        var ct = context.RequestAborted;
        if (await confirmation.Problem(context, session, form) is { } problem)
        {
            var refused = await Find(context, session, database, methods, clock);
            return HtmlPage.Of<SnapshotListPage, SnapshotList>(
                refused with { Problem = problem }, StatusCodes.Status422UnprocessableEntity, hasScript: true);
        }
        IReadOnlyList<BulkResource> resources = form["resource"] is { } name
            ? [.. BulkResources.All.Where(resource => resource.Name == name)] : BulkResources.All;
        if (resources.Count == 0 || form["do"] is not (Build or Verify))
            return ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);
        var author = database.By(session, context);
        var isStarted = form["do"] == Build
            ? await actions.TryStart(ConsoleActionKind.SnapshotBuild, author, session.UserId,
                (tell, stop) => BuildThem(build, resources, tell, stop), ct)
            : await actions.TryStart(ConsoleActionKind.SnapshotVerify, author, session.UserId,
                (tell, stop) => VerifyThem(verify, resources, tell, stop), ct);
        if (!isStarted)
        {
            var running = await Find(context, session, database, methods, clock);
            return HtmlPage.Of<SnapshotListPage, SnapshotList>(
                running with { Fault = ConsoleMessages.IsRunning }, StatusCodes.Status409Conflict, hasScript: true);
        }
        await PageRoute.Record(context, StatusCodes.Status303SeeOther);
        return new SeeOther(Path);
    }

    private static async Task<ActionResult> BuildThem(
        BuildSnapshots build, IReadOnlyList<BulkResource> resources, Action<PartDone> tell, CancellationToken ct)
    {
        if (await build.TryRun(resources, ct, it => tell(new(it.Resource.Name, it.Rows, it.Expected))) is not { } run)
            return new(ConsoleActionEndState.Failed, FindingsReport.Of(["Somebody else is building one of these resources now."]));
        return new(run.Failures.Count == 0 ? ConsoleActionEndState.Good : ConsoleActionEndState.Failed,
            FindingsReport.Of([.. run.Failures.Select(failure => $"{failure.Resource.Name}: {failure.Fault.Message}")]));
    }

    private static async Task<ActionResult> VerifyThem(
        VerifySnapshots verify, IReadOnlyList<BulkResource> resources, Action<PartDone> tell, CancellationToken ct)
    {
        var verdict = await verify.Run(resources, ct, it => tell(new(it.Resource.Name, it.Files, it.Of)));
        var findings = verdict.Findings;
        return new(findings.Count == 0 ? ConsoleActionEndState.Good : ConsoleActionEndState.Findings,
            new VerificationReport(
                [.. verdict.Snapshots.Select(it => new VerifiedSnapshot(it.Resource, it.SnapshotAt, it.Files, it.Rows, it.Findings.Count))],
                verdict.Pairs.Count, verdict.Pairs.Count(pair => pair.IsProved), verdict.Empty, FindingsReport.Of(findings)));
    }

    private static async Task<SnapshotList> Find(
        HttpContext context, ConsoleSession session, PostgresDatabase database, MethodBook methods, TimeProvider clock)
    {
        var ct = context.RequestAborted;
        var now = clock.GetUtcNow().UtcDateTime;
        var since = now.Date.AddDays(1 - Nights);
        var resource = Parameters.OfQuery(context.Request)["resource"] is { } asked && BulkResources.All.Any(it => it.Name == asked)
            ? asked : BulkResources.All[0].Name;
        var table = new SnapshotTable(database);
        var actions = new ConsoleActionTable(database);
        var downloads = await new RollUpReader(database).Successes(since, methods.Downloads, ct);
        return new(session, now, await table.List(BulkResources.All, ct), resource, await table.Past(resource, since, ct),
            await table.Windows(resource, ct), downloads,
            await KnownNames.Of(database, downloads.Select(it => (Guid?)it.ClientId), ct),
            await actions.Last(ConsoleActionKind.SnapshotBuild, ct), await actions.Last(ConsoleActionKind.SnapshotVerify, ct));
    }
}

/// <summary>What verifying the stored snapshots has found.</summary>
/// <param name="Pairs">An older and a newer snapshot of a resource.</param>
/// <param name="Proved">Pairs whose difference is exactly the window and the removals.</param>
/// <param name="Empty">Resources of which nothing is stored.</param>
public sealed record VerificationReport(
    IReadOnlyList<VerifiedSnapshot> Snapshots, int Pairs, int Proved, IReadOnlyList<string> Empty, FindingsReport Findings);

public sealed record VerifiedSnapshot(string Resource, DateTime At, int Files, long Rows, int Findings);
