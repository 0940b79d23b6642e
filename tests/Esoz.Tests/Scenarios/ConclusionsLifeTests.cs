using Esoz.Tests.Compositions;

namespace Esoz.Tests.Scenarios;

/// <summary>
/// Life cycles of related conclusions (compositions §9, §12), over HTTP with real signatures: drafted, signed, refused, cancelled. Each
/// test ends with all traces: the jobs, the audit log, the events.
/// </summary>
public sealed class ConclusionsLifeTests(ReplacingRegistry registry) : IClassFixture<ReplacingRegistry>
{
    private const string EnteredInError = "FAILED 1184: Related composition is entered in error";
    private const string NotFinal = "FAILED 1811: Related composition is not FINAL";
    private const string NotReplaceable = "FAILED 1001: Composition updates are only allowed for preperson->person";

    private readonly Dictionary<Guid, string> _names = [];
    private readonly Dictionary<Guid, string> _doctors = [];

    [Fact(DisplayName =
        "RC_5: a sick leave is extended, the extension is reduced, the reduction cancelled; a draft that follows it cannot be signed, and the extension can be reduced again")]
    public async Task ExtensionAndReduction()
    {
        var it = await Case("doctor", "person");

        // The first two stay FINAL when the second is signed, and when the third states that the second was too long.
        var first = await Draft(it, "first", ("2026-10-01", "2026-10-05"));
        await Sign(it, first);
        var second = await Draft(it, "second", ("2026-10-06", "2026-10-12"), ("appends", first));
        await Sign(it, second);
        var third = await Draft(it, "third", ("2026-10-06", "2026-10-08"), ("transforms", second));
        await Sign(it, third);
        Assert.Equal(
            ["FINAL", "FINAL", "FINAL"], [await registry.Status(first), await registry.Status(second), await registry.Status(third)]);

        // The third ends on the 8th: an illness from the 10th is a new one, from the 9th an extension.
        await Draft(it, "relapse", ("2026-10-10", "2026-10-14"));
        var extension = await Draft(it, "extension", ("2026-10-09", "2026-10-11"), ("appends", third));
        var reduction = await Draft(it, "reduction", ("2026-10-06", "2026-10-07"), ("transforms", third));

        // The third was a mistake. Drafts that follow it keep their relation and cannot be signed; the second can be reduced again.
        await Cancel(it, third, "INCORRECT_DISABILITY_PERIOD");
        await Sign(it, extension, EnteredInError);
        await Sign(it, reduction, EnteredInError);
        var again = await Draft(it, "again", ("2026-10-09", "2026-10-11"), ("transforms", second));
        await Sign(it, again);

        await AssertJobs(
            "create first: DONE", "sign first: DONE", "create second: DONE", "sign second: DONE", "create third: DONE", "sign third: DONE",
            "create relapse: DONE", "create extension: DONE", "create reduction: DONE",
            "cancel third: DONE", $"sign extension: {EnteredInError}", $"sign reduction: {EnteredInError}", "create again: DONE",
            "sign again: DONE");
        await AssertChanges(
            "doctor: first PRELIMINARY", "doctor: first FINAL", "doctor: second PRELIMINARY", "doctor: second FINAL",
            "doctor: third PRELIMINARY", "doctor: third FINAL",
            "doctor: relapse PRELIMINARY", "doctor: extension PRELIMINARY", "doctor: reduction PRELIMINARY",
            "doctor: third ENTERED_IN_ERROR", "doctor: again PRELIMINARY", "doctor: again FINAL");
    }

    [Fact(DisplayName =
        "RC_6: a preperson turns out to be a person: the first conclusion is AMENDED and nothing can follow it, until its replacement is cancelled and it is FINAL again")]
    public async Task Refinement()
    {
        // Two doctors of one legal entity; the preperson is identified as the patient of the other.
        var unknown = await Case("stranger's doctor", "preperson");
        var known = await Case("doctor", "person", unknown.Provider);
        await unknown.IdentifyAs(known.Subject);
        var first = await Draft(unknown, "first", ("2026-03-02", "2026-03-06"));
        await Sign(unknown, first);
        var extension = await Draft(unknown, "extension", ("2026-03-07", "2026-03-10"), ("appends", first));
        var reduction = await Draft(unknown, "reduction", ("2026-03-02", "2026-03-04"), ("transforms", first));
        known.RelateTo(first);
        var refined = await Draft(known, "refined", ("2026-03-02", "2026-03-06"), ("replaces", first));
        var rival = await Draft(known, "rival", ("2026-03-02", "2026-03-05"), ("replaces", first));

        // Drafting changes nothing, signing does.
        Assert.Equal("FINAL", (await unknown.Get(first)).Data.GetProperty("status").GetString());
        await Sign(known, refined);
        Assert.Equal("AMENDED", (await unknown.Get(first)).Data.GetProperty("status").GetString());

        // An AMENDED composition allows nothing: no extension, no reduction, no second replacement, no cancellation.
        await Sign(unknown, extension, NotFinal);
        await Sign(unknown, reduction, NotFinal);
        await Sign(known, rival, NotFinal);
        await Cancel(unknown, first, "INCORRECT_OTHER", "FAILED 1003: Can't cancel composition in non-FINAL state");

        // It was another person: all is as before. The first is extended, then cancelled itself, which ends its life cycle.
        await Cancel(known, refined, "INCORRECT_PATIENT");
        Assert.Equal("FINAL", (await unknown.Get(first)).Data.GetProperty("status").GetString());
        await Sign(unknown, extension);
        await Cancel(unknown, first, "INCORRECT_OTHER");
        await Sign(unknown, reduction, EnteredInError);
        await Sign(known, rival, EnteredInError);

        await AssertJobs(
            "create first: DONE", "sign first: DONE", "create extension: DONE", "create reduction: DONE", "create refined: DONE",
            "create rival: DONE", "sign refined: DONE",
            $"sign extension: {NotFinal}", $"sign reduction: {NotFinal}", $"sign rival: {NotFinal}",
            "cancel first: FAILED 1003: Can't cancel composition in non-FINAL state",
            "cancel refined: DONE", "sign extension: DONE", "cancel first: DONE", $"sign reduction: {EnteredInError}",
            $"sign rival: {EnteredInError}");
        await AssertChanges(
            "stranger's doctor: first PRELIMINARY", "stranger's doctor: first FINAL", "stranger's doctor: extension PRELIMINARY",
            "stranger's doctor: reduction PRELIMINARY",
            "doctor: refined PRELIMINARY", "doctor: rival PRELIMINARY",
            "doctor: first AMENDED", "doctor: refined FINAL",
            "doctor: first FINAL", "doctor: refined ENTERED_IN_ERROR",
            "stranger's doctor: extension FINAL", "stranger's doctor: first ENTERED_IN_ERROR");
    }

    [Fact(DisplayName =
        "RC_7: what was cancelled for an allowed reason is replaced and stays cancelled, also when its replacement is cancelled; it can be replaced again, the replacement cannot")]
    public async Task Replacement()
    {
        var it = await Case("doctor", "person");
        var period = ("2026-03-02", "2026-03-06");
        var wrong = await Draft(it, "wrong", period);
        await Sign(it, wrong);

        // While it is FINAL, it cannot be replaced.
        it.RelateTo(wrong);
        await DraftIsRefused(it, NotReplaceable);
        await Cancel(it, wrong, "INCORRECT_CATEGORY");

        it.Body["category"] = CompositionCase.Concept("COMPOSITION_CATEGORIES", "COVID19");
        var right = await Draft(it, "right", period, ("replaces", wrong));
        await Sign(it, right);
        Assert.Equal(["ENTERED_IN_ERROR", "FINAL"], [await registry.Status(wrong), await registry.Status(right)]);
        await Cancel(it, right, "INCORRECT_OTHER");
        Assert.Equal(["ENTERED_IN_ERROR", "ENTERED_IN_ERROR"], [await registry.Status(wrong), await registry.Status(right)]);

        // INCORRECT_OTHER is not a reason that permits a replacement.
        it.RelateTo(right);
        await DraftIsRefused(it, NotReplaceable);
        it.RelateTo(wrong);
        var last = await Draft(it, "last", period, ("replaces", wrong));
        await Sign(it, last);

        await AssertJobs(
            "create wrong: DONE", "sign wrong: DONE", $"create nothing: {NotReplaceable}", "cancel wrong: DONE",
            "create right: DONE", "sign right: DONE", "cancel right: DONE", $"create nothing: {NotReplaceable}", "create last: DONE",
            "sign last: DONE");
        await AssertChanges(
            "doctor: wrong PRELIMINARY", "doctor: wrong FINAL", "doctor: wrong ENTERED_IN_ERROR", "doctor: right PRELIMINARY",
            "doctor: right FINAL",
            "doctor: right ENTERED_IN_ERROR", "doctor: last PRELIMINARY", "doctor: last FINAL");
    }

    private async Task<CompositionCase> Case(string doctor, string subjectKind, Guid? provider = null)
    {
        var it = await CompositionCase.Disability(registry, subjectKind, provider);
        _doctors[it.User] = doctor;
        return it;
    }

    /// <summary>A draft with the relation set by the system, or none.</summary>
    private async Task<Guid> Draft(
        CompositionCase it, string name, (string Start, string End) period, (string Code, Guid Target)? relation = null)
    {
        it.Period(period.Start, period.End);
        var id = await it.Draft();
        _names[id] = name;
        var shown = (await it.Get(id)).Succeeded().Data;
        Assert.Equal(relation, shown.TryGetProperty("relatesTo", out var relatesTo)
            ? (relatesTo.GetProperty("code").GetString()!, relatesTo.GetProperty("targetIdentifier").GetProperty("value").GetGuid())
            : null);
        return id;
    }

    private static async Task DraftIsRefused(CompositionCase it, string end) => Assert.Equal(end, EndOf(await it.CreateAndWait()));

    private async Task Sign(CompositionCase it, Guid composition, string end = "DONE") => Assert.Equal(end, EndOf(
        await it.SendAndWait("sign", composition, registry.Signed(await it.Shown(composition), await registry.KeyOf(it)))));

    private async Task Cancel(CompositionCase it, Guid composition, string reason, string end = "DONE") => Assert.Equal(end, EndOf(
        await it.SendAndWait(
            "cancel", composition, registry.Signed(SigningRegistry.Cancellation(composition, reason), await registry.KeyOf(it)))));

    private static string EndOf(Answer job) => job.Data.GetProperty("status").GetString() == "DONE" ? "DONE"
        : $"FAILED {SigningRegistry.ErrorOf(job)}";

    /// <summary>Every job in the order of completion, each ended in its first attempt.</summary>
    private async Task AssertJobs(params string[] story)
    {
        var rows = await registry.Rows("""
            SELECT job.composition_id, split_part(lower(job.kind), '_', 1) AS kind, concat_ws(' ', job.status, job.error_code || ': ' || job.error_message) AS ended,
                   task.status AS task, task.attempts
              FROM async_jobs job JOIN background_tasks task ON task.job_id = job.id
             WHERE job.user_id = ANY ($1) ORDER BY job.done_at
            """, _doctors.Keys.ToArray());
        Assert.Equal(
            story, rows.Select(
                row => $"{row["kind"]} {_names.GetValueOrDefault((Guid)row["composition_id"]!, "nothing")}: {row["ended"]}"));
        Assert.All(rows, row => Assert.Equal(("DONE", 1), (row["task"], row["attempts"])));
    }

    /// <summary>
    /// The status changes in the audit log; the events contain the same except the drafts. Simultaneous changes are ordered by name.
    /// </summary>
    private async Task AssertChanges(params string[] story)
    {
        Assert.Equal(
            story, await Recorded(
                "SELECT inserted_at AS at, resource_id::uuid AS id, changeset ->> 'status' AS status, actor_id::uuid AS by FROM audit_log WHERE resource = 'compositions' AND changeset ? 'status'"));
        Assert.Equal(story.Where(line => !line.EndsWith("PRELIMINARY", StringComparison.Ordinal)),
            await Recorded(
                "SELECT event_time AS at, entity_id AS id, properties #>> '{status,new_value}' AS status, changed_by AS by FROM events WHERE entity_type = 'Composition'"));
    }

    private async Task<IEnumerable<string>> Recorded(string sql) => (await registry.Rows(sql))
        .Where(row => _names.ContainsKey((Guid)row["id"]!))
        .OrderBy(row => row["at"]).ThenBy(row => _names[(Guid)row["id"]!], StringComparer.Ordinal)
        .Select(row => $"{_doctors[(Guid)row["by"]!]}: {_names[(Guid)row["id"]!]} {row["status"]}");
}
