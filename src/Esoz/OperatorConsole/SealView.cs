using Esoz.Pages;
using Esoz.Platform.Audit;

namespace Esoz.OperatorConsole;

/// <summary>
/// The chain of seals and its anchors: how far the logs are sealed, where the copies are, and what the last verification has found, as
/// <c>esoz audit verify</c> says it. It is verified here.
/// </summary>
/// <param name="Anchors">Places of the copies.</param>
/// <param name="Last">Verification that was begun here; null = none was.</param>
public sealed record SealView(ConsoleSession Session, IReadOnlyList<LogSeal> Seals, IReadOnlyList<string> Anchors, ConsoleAction? Last)
{
    public const string Path = ChangeView.Path + "/seals";

    /// <summary>Why the password was not accepted.</summary>
    public Words? Problem { get; init; }

    /// <summary>Why nothing was begun.</summary>
    public Words? Fault { get; init; }

    /// <summary>Null: the last verification has not come to its end, or there was none.</summary>
    public AuditReport? Report =>
        Last is { EndState: ConsoleActionEndState.Good or ConsoleActionEndState.Findings } ? Last.ReportAs<AuditReport>() : null;

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-seals", Path, ConsoleRole.AuditRead, Show);

    public static PageRoute VerifyForm { get; } = ConsoleScreen.Changes(
        "console-seals-verify", Path + "/verify", ConsoleRole.AuditRead, Verify);

    public static string LogName(string log, Language language) =>
        log == "audit_log" ? language.Text("Журнал змін", "Audit log") : language.Text("Журнал доступу", "Access journal");

    private static async Task<IResult> Show(
        HttpContext context, ConsoleSession session, PostgresDatabase database, LogProofs proofs) =>
        Answer(await Find(session, database, proofs, context.RequestAborted), StatusCodes.Status200OK);

    private static async Task<IResult> Verify(HttpContext context, ConsoleSession session, ConsoleForm form, Confirmation confirmation,
        PostgresDatabase database, LogProofs proofs, BackgroundActions actions)
    {
        var ct = context.RequestAborted;
        var view = await Find(session, database, proofs, ct);
        if (await confirmation.Problem(context, session, form) is { } problem)
            return Answer(view with { Problem = problem }, StatusCodes.Status422UnprocessableEntity);
        var isStarted = await actions.TryStart(ConsoleActionKind.AuditVerify, database.By(session, context), session.UserId,
            (tell, stop) => Compare(proofs, view.Seals, tell, stop), ct);
        if (!isStarted)
            return Answer(view with { Fault = ConsoleMessages.IsRunning }, StatusCodes.Status409Conflict);
        await PageRoute.Record(context, StatusCodes.Status303SeeOther);
        return new SeeOther(Path);
    }

    private static async Task<ActionResult> Compare(
        LogProofs proofs, IReadOnlyList<LogSeal> seals, Action<PartDone> tell, CancellationToken ct)
    {
        var verdict = await proofs.Verify(
            (log, number) => tell(new(log, number, Math.Max(number, seals.FirstOrDefault(it => it.Log == log)?.Seals ?? 0))), ct);
        return new(verdict.Findings.Count == 0 ? ConsoleActionEndState.Good : ConsoleActionEndState.Findings,
            new AuditReport(verdict.Logs, verdict.Days, verdict.Stamps, verdict.Signatures, verdict.Anchored,
                FindingsReport.Of([.. verdict.Findings.Select(finding => finding.ToString())])));
    }

    private static HtmlPage Answer(SealView view, int status) => HtmlPage.Of<SealViewPage, SealView>(view, status, hasScript: true);

    private static async Task<SealView> Find(
        ConsoleSession session, PostgresDatabase database, LogProofs proofs, CancellationToken ct) =>
        new(session, await new AuditLog(database).Seals(ct), proofs.Anchors(),
            await new ConsoleActionTable(database).Last(ConsoleActionKind.AuditVerify, ct));
}

/// <summary>What verifying the logs has found, as <see cref="AuditVerdict"/>.</summary>
public sealed record AuditReport(
    IReadOnlyList<VerifiedLog> Logs, int Days, int Stamps, int Signatures, int Anchored, FindingsReport Findings);
