namespace Esoz.Tests.Compositions;

/// <summary>RC_5, RC_6 and RC_7 for creating a draft (compositions §12), by a real worker.</summary>
public sealed class CompositionRelationTests(WorkingRegistry registry) : IClassFixture<WorkingRegistry>
{
    [Theory(DisplayName = "RC_5: after an earlier conclusion of 01.10–05.10")]
    [InlineData("2026-10-03", "2026-10-15", "appends")]
    [InlineData("2026-10-05", "2026-10-10", "appends")]
    [InlineData("2026-10-06", "2026-10-10", "appends")]
    [InlineData("2026-10-03", "2026-10-03", "transforms")]
    [InlineData("2026-10-03", "2026-10-05", "transforms")]
    [InlineData("2026-10-01", "2026-10-05", "transforms")]
    [InlineData("2026-10-01", "2026-10-06", "appends")]
    [InlineData("2026-10-07", "2026-10-10", null)]
    [InlineData("2026-09-25", "2026-09-28", null)]
    [InlineData("2026-09-25", "2026-09-29", null)]
    public async Task ByDates(string start, string end, string? relation)
    {
        var given = await CompositionCase.Disability(registry);
        var earlier = await given.Existing("2026-10-01", "2026-10-05");
        given.Period(start, end);

        Assert.Equal((relation, relation is null ? null : earlier), await RelationOf(given));
    }

    private const string StartsEarlier = "1143: Existing composition has start date after suggested start date";

    [Theory(DisplayName = "RC_5: one that starts earlier than a FINAL one of 01.10–05.10 and touches it is refused")]
    [InlineData("2026-09-28", "2026-10-03", "FINAL", "SICKNESS", StartsEarlier)]
    [InlineData("2026-09-25", "2026-09-30", "FINAL", "SICKNESS", StartsEarlier)]
    [InlineData("2026-09-30", "2026-10-10", "FINAL", "SICKNESS", StartsEarlier)]
    [InlineData("2026-09-30", "2026-10-10", "PRELIMINARY", "SICKNESS", null)]
    [InlineData("2026-09-30", "2026-10-10", "AMENDED", "SICKNESS", null)]
    [InlineData("2026-09-30", "2026-10-10", "ENTERED_IN_ERROR", "SICKNESS", null)]
    [InlineData("2026-09-30", "2026-10-10", "FINAL", "COVID19", null)]
    public async Task BeforeExisting(string start, string end, string status, string category, string? error)
    {
        var given = await CompositionCase.Disability(registry);
        await given.Existing("2026-10-01", "2026-10-05", status, category);
        given.Period(start, end);

        Assert.Equal(error, await ErrorOf(given));
    }

    [Fact(DisplayName = "RC_5: it is refused also where another one could be extended, not for IS_FORCE_RENEW")]
    public async Task BeforeExistingAndAfterAnother()
    {
        var given = await CompositionCase.Disability(registry);
        await given.Existing("2026-09-20", "2026-09-25");
        await given.Existing("2026-10-01", "2026-10-05");
        given.Period("2026-09-26", "2026-10-03");
        Assert.Equal(StartsEarlier, await ErrorOf(given));

        given.Extend("IS_FORCE_RENEW", "valueBoolean", true);
        Assert.Equal((null, null), await RelationOf(given));
    }

    [Theory(DisplayName = "appends of the caller: the target of 01.10–05.10 and the new one")]
    [InlineData("2026-10-06", "2026-10-10", null)]
    [InlineData("2026-10-03", "2026-10-06", null)]
    [InlineData("2026-10-01", "2026-10-06", null)]
    [InlineData("2026-10-07", "2026-10-10", "1807: Invalid relation")]
    [InlineData("2026-10-03", "2026-10-05", "1807: Invalid relation")]
    [InlineData("2026-09-30", "2026-10-05", "1807: Invalid relation")]
    [InlineData("2026-09-30", "2026-10-06", StartsEarlier)]
    public async Task Extension(string start, string end, string? error)
    {
        var given = await CompositionCase.Disability(registry);
        var target = await given.Existing("2026-10-01", "2026-10-05");
        // RC_5 would choose this one, the later of the two.
        await given.Existing("2026-10-01", "2026-10-05", date: "2026-02-01T00:00:00Z");
        given.RelateTo(target, "appends");
        given.Period(start, end);

        Assert.Equal(error, await ErrorOf(given));
        if (error is null)
            Assert.Equal(("appends", target), await RelationOf(given));
    }

    /// <summary>Each row has the faults of the rows after it as well, as far as they do not exclude each other.</summary>
    [Theory(DisplayName = "appends of the caller is refused for, in this order")]
    [InlineData("missing", "1000: Composition not found")]
    [InlineData("unreadable", "1000: Composition not found")]
    [InlineData("AMENDED", "1811: Related composition is not FINAL")]
    [InlineData("PRELIMINARY", "1811: Related composition is not FINAL")]
    [InlineData("ENTERED_IN_ERROR", "1811: Related composition is not FINAL")]
    [InlineData("another type", "1146: Composition type must not change")]
    [InlineData("another subject", "1807: Invalid relation")]
    [InlineData("another type of subject", "1807: Invalid relation")]
    [InlineData("another category", "1807: Invalid relation")]
    public async Task ExtensionRefused(string what, string error)
    {
        var given = await CompositionCase.Disability(registry);
        var foreign = await CompositionCase.Disability(registry);
        given.Period("2026-09-30", "2026-10-10");
        given.RelateTo(what switch
        {
            "missing" => Guid.NewGuid(),
            "unreadable" => await foreign.Existing("2026-10-01", "2026-10-05", "AMENDED", subject: given.Subject),
            "another type" => await given.Existing("2026-10-01", null, "FINAL", "LIVE_BIRTH", "NEWBORN"),
            "another subject" => await given.Existing("2026-10-01", "2026-10-05", subject: Guid.NewGuid()),
            "another type of subject" => await given.Existing("2026-10-01", "2026-10-05", subjectType: "preperson"),
            "another category" => await given.Existing("2026-10-01", "2026-10-05", category: "COVID19"),
            _ => await given.Existing("2026-10-01", null, what, "LIVE_BIRTH", "NEWBORN"),
        }, "appends");

        Assert.Equal(error, await ErrorOf(given));
    }

    [Fact(DisplayName = "A target may be read by the legal entity of its encounter and of its episode too")]
    public async Task Readers()
    {
        var foreign = await CompositionCase.Disability(registry);
        var given = await CompositionCase.Disability(registry);
        var target = await foreign.Existing("2026-10-01", "2026-10-05", subject: given.Subject);
        given.Period("2026-10-06", "2026-10-10");
        given.RelateTo(target, "appends");
        Assert.Equal("1000: Composition not found", await ErrorOf(given));

        await registry.Execute("UPDATE episodes SET managing_legal_entity_id = $2 WHERE id = $1", foreign.Episode, given.Provider);
        Assert.Equal(("appends", target), await RelationOf(given));

        await registry.Execute("UPDATE episodes SET managing_legal_entity_id = $2 WHERE id = $1", foreign.Episode, foreign.Provider);
        await registry.Execute("UPDATE encounters SET legal_entity_id = $2 WHERE id = $1", foreign.Encounter, given.Provider);
        Assert.Equal(("appends", target), await RelationOf(given));
    }

    [Fact(DisplayName = "What RC_5 extends need not be readable: it is the patient's")]
    public async Task CandidateOfAnother()
    {
        var foreign = await CompositionCase.Disability(registry);
        var given = await CompositionCase.Disability(registry);
        var earlier = await foreign.Existing("2026-10-01", "2026-10-05", subject: given.Subject);
        given.Period("2026-10-06", "2026-10-10");

        Assert.Equal(("appends", earlier), await RelationOf(given));
    }

    public static TheoryData<string> NoCandidates =>
        ["PRELIMINARY", "AMENDED", "ENTERED_IN_ERROR", "another category", "another subject", "a newborn's", "target of a FINAL one"];

    [Theory(DisplayName = "RC_5: no candidate is one that is")]
    [MemberData(nameof(NoCandidates))]
    public async Task NoCandidate(string what)
    {
        var given = await CompositionCase.Disability(registry);
        given.Period("2026-10-03", "2026-10-15");
        switch (what)
        {
            case "another category": await given.Existing("2026-10-01", "2026-10-05", category: "COVID19"); break;
            case "another subject": await given.Existing("2026-10-01", "2026-10-05", subject: Guid.NewGuid()); break;
            case "a newborn's": await given.Existing("2026-10-01", null, type: "NEWBORN", category: "LIVE_BIRTH"); break;
            case "target of a FINAL one":
                await given.Existing("2026-11-01", "2026-11-05", relatesTo: await given.Existing("2026-10-01", "2026-10-05"));
                break;
            default: await given.Existing("2026-10-01", "2026-10-05", status: what); break;
        }

        Assert.Equal((null, null), await RelationOf(given));
    }

    [Fact(DisplayName = "RC_5: being the target of one that is not FINAL does not matter")]
    public async Task TargetOfDraft()
    {
        var given = await CompositionCase.Disability(registry);
        var earlier = await given.Existing("2026-10-01", "2026-10-05");
        await given.Existing("2026-10-06", "2026-10-07", status: "PRELIMINARY", relatesTo: earlier);
        given.Period("2026-10-03", "2026-10-15");

        Assert.Equal(("appends", earlier), await RelationOf(given));
    }

    [Fact(DisplayName = "RC_5: the best candidate ends last, and of those is the latest")]
    public async Task Best()
    {
        var given = await CompositionCase.Disability(registry);
        await given.Existing("2026-10-01", "2026-10-04", date: "2026-10-09T00:00:00Z");
        await given.Existing("2026-10-01", "2026-10-05", date: "2026-10-01T00:00:00Z");
        var best = await given.Existing("2026-10-02", "2026-10-05", date: "2026-10-02T00:00:00Z");
        await given.Existing("2026-10-17", "2026-10-30", date: "2026-10-04T00:00:00Z");
        given.Period("2026-10-03", "2026-10-15");

        Assert.Equal(("appends", best), await RelationOf(given));
    }

    [Fact(DisplayName = "RC_5: not for IS_FORCE_RENEW = true; with false it is")]
    public async Task ForceRenew()
    {
        var given = await CompositionCase.Disability(registry);
        var earlier = await given.Existing("2026-10-01", "2026-10-05");
        given.Period("2026-10-03", "2026-10-15");
        given.Extend("IS_FORCE_RENEW", "valueBoolean", true);
        Assert.Equal((null, null), await RelationOf(given));

        given.Body["extension"]![0]!["valueBoolean"] = false;
        Assert.Equal(("appends", earlier), await RelationOf(given));
    }

    [Fact(DisplayName = "RC_6: a person's conclusion replaces the preperson's, and RC_5 does not apply")]
    public async Task Refinement()
    {
        var given = await CompositionCase.Disability(registry);
        await given.Existing("2026-03-01", "2026-03-03");
        var target = await given.Existing("2026-03-01", "2026-03-05", subjectType: "preperson",
            subject: await given.Preperson(given.Subject));
        given.RelateTo(target);

        Assert.Equal(("replaces", target), await RelationOf(given));
        Assert.Equal("FINAL", await registry.Scalar<string>("SELECT status FROM compositions WHERE id = $1", target));
    }

    [Theory(DisplayName = "RC_6: refused")]
    [InlineData("missing", "1000: Composition not found")]
    [InlineData("newborn of a person", "1146: Composition type must not change")]
    [InlineData("person", "1001: Composition updates are only allowed for preperson->person")]
    [InlineData(
        "preperson to preperson",
        "1001: Composition updates are only allowed for preperson->person")]
    [InlineData(
        "newborn to newborn",
        "1001: Composition updates are only allowed for preperson->person")]
    [InlineData("cancelled, as RC_7 would have it",
        "1001: Composition updates are only allowed for preperson->person")]
    [InlineData("preperson of nobody", "1807: Invalid relation")]
    [InlineData("preperson of another", "1807: Invalid relation")]
    [InlineData("unreadable", "1000: Composition not found")]
    public async Task Refused(string target, string error)
    {
        var given = target switch
        {
            "preperson to preperson" => await CompositionCase.Disability(registry, "preperson"),
            "newborn to newborn" => await CompositionCase.Newborn(registry),
            _ => await CompositionCase.Disability(registry),
        };
        given.RelateTo(target switch
        {
            "missing" => Guid.NewGuid(),
            "newborn of a person" => await given.Existing("2026-03-01", null, type: "NEWBORN", category: "LIVE_BIRTH"),
            "preperson to preperson" => await given.Existing("2026-03-01", "2026-03-05", subjectType: "preperson"),
            "newborn to newborn" =>
                await given.Existing(
                    "2026-03-01", null, type: "NEWBORN", category: "LIVE_BIRTH", subjectType: "preperson", subject: Guid.NewGuid()),
            "person" => await given.Existing("2026-03-01", "2026-03-05"),
            "preperson of nobody" => await OfPreperson(given, null),
            "preperson of another" => await OfPreperson(given, await CompositionCase.Person(registry)),
            "unreadable" => await OfPreperson(await CompositionCase.Disability(registry), given.Subject),
            _ => await given.Existing(
                "2026-03-01", "2026-03-05", status: "ENTERED_IN_ERROR", cancelReason: "INCORRECT_PATIENT", cancelledAt: DateTime.UtcNow),
        });

        Assert.Equal(error, await ErrorOf(given));
    }

    [Theory(DisplayName = "PREGNANCY: 126 or 140 days, both ends counted, 14 days for an extension, without settings")]
    [InlineData("2026-09-01", "2027-01-04", false, null)]
    [InlineData("2026-09-01", "2027-01-18", false, null)]
    [InlineData("2026-09-01", "2027-01-05", false, "1831: Invalid pregnancy period")]
    [InlineData("2026-09-01", "2026-09-14", false, "1831: Invalid pregnancy period")]
    [InlineData("2026-09-01", "2026-09-14", true, null)]
    [InlineData("2026-09-01", "2027-01-04", true, "1831: Invalid pregnancy period")]
    public async Task Pregnancy(string start, string end, bool isExtension, string? error)
    {
        var given = await CompositionCase.Disability(registry);
        given.Body["category"] = CompositionCase.Concept("COMPOSITION_CATEGORIES", "PREGNANCY");
        given.Period(start, end);
        if (isExtension)
            await given.Existing("2026-08-20", "2026-08-31", category: "PREGNANCY");

        Assert.Equal(error, await ErrorOf(given));
    }

    private static async Task<Guid> OfPreperson(CompositionCase given, Guid? person) => await given.Existing(
        "2026-03-01", "2026-03-05", subjectType: "preperson", subject: await given.Preperson(person));

    private async Task<(string? Code, Guid? Target)> RelationOf(CompositionCase given)
    {
        var job = (await given.CreateAndWait()).Data;
        var made = Guid.Parse(job.GetProperty("links")[0].GetProperty("href").GetString()!["composition/".Length..]);
        var row = Assert.Single(await registry.Rows("SELECT relates_to_code, relates_to_id FROM compositions WHERE id = $1", made));
        return ((string?)row["relates_to_code"], (Guid?)row["relates_to_id"]);
    }

    private static Task<string?> ErrorOf(CompositionCase given) => CompositionSettingsTests.ErrorOf(given);
}

/// <summary>Relations and the lengths of PREGNANCY where settings change them: RC_7 is enabled, RC_6 needs no identification.</summary>
public sealed class CompositionSettingsTests(CompositionSettingsTests.Switched registry) : IClassFixture<CompositionSettingsTests.Switched>
{
    private const string Refused =
        "1001: Composition updates are only allowed for preperson->person";

    public sealed class Switched(TestCluster cluster) : Registry(cluster)
    {
        protected override Roles Roles => Roles.Api | Roles.Worker;

        protected override Dictionary<string, string> Configuration => new()
        {
            ["EMAL_COMPOSITION_FLOW_REPLACE_ENABLED"] = "TRUE",
            ["EMAL_VALIDATION_PREGNANCY_NEW_COMPOSITION_ALLOWED_PERIODS"] = "56, 70",
            ["EMAL_VALIDATION_PREGNANCY_APPENDED_COMPOSITION_ALLOWED_PERIOD"] = "",
            ["COMPOSITION_REFINEMENT_REQUIRES_IDENTIFICATION"] = "false",
        };
    }

    [Theory(DisplayName = "RC_7: a cancelled conclusion is replaced for an allowed reason, for 365 days of 24 hours")]
    [InlineData("ENTERED_IN_ERROR", "INCORRECT_PATIENT", 0, null)]
    [InlineData("ENTERED_IN_ERROR", "INCORRECT_INOXICATION", (365 * 24 * 60) - 1, null)]
    [InlineData("ENTERED_IN_ERROR", "INCORRECT_INOXICATION", (365 * 24 * 60) + 1, Refused)]
    [InlineData("ENTERED_IN_ERROR", "INCORRECT_OTHER", 0, Refused)]
    [InlineData("ENTERED_IN_ERROR", null, 0, Refused)]
    [InlineData("FINAL", null, 0, Refused)]
    [InlineData("AMENDED", null, 0, Refused)]
    [InlineData("PRELIMINARY", null, 0, Refused)]
    public async Task Replacement(string status, string? reason, int minutesAgo, string? error)
    {
        var given = await CompositionCase.Disability(registry);
        var target = await given.Existing("2026-03-01", "2026-03-05", status: status, cancelReason: reason,
            cancelledAt: reason is null ? null : DateTime.UtcNow.AddMinutes(-minutesAgo));
        given.RelateTo(target);

        Assert.Equal(error, await ErrorOf(given));
        Assert.Equal(status, await registry.Scalar<string>("SELECT status FROM compositions WHERE id = $1", target));
    }

    [Theory(DisplayName = "RC_7: it is about the same patient, unless another one was the reason; the caller may read it")]
    [InlineData("another patient", "INCORRECT_INOXICATION", Refused)]
    [InlineData("another patient", "INCORRECT_PATIENT", null)]
    [InlineData("unreadable", "INCORRECT_PATIENT", "1000: Composition not found")]
    public async Task ReplacementOfAnother(string what, string reason, string? error)
    {
        var given = await CompositionCase.Disability(registry);
        var of = what == "unreadable" ? await CompositionCase.Disability(registry) : given;
        given.RelateTo(await of.Existing("2026-03-01", "2026-03-05", "ENTERED_IN_ERROR", subject: await CompositionCase.Person(registry),
            cancelReason: reason, cancelledAt: DateTime.UtcNow));

        Assert.Equal(error, await ErrorOf(given));
    }

    [Fact(DisplayName = "RC_7: МВН has reasons of its own, and the type must not change")]
    public async Task ReplacementOfNewborn()
    {
        var given = await CompositionCase.Newborn(registry);
        given.RelateTo(
            await given.Existing("2026-03-01", null, "ENTERED_IN_ERROR", "LIVE_BIRTH", "NEWBORN", subjectType: "preperson",
                cancelReason: "INCORRECT_PATIENT", cancelledAt: DateTime.UtcNow));
        Assert.Null(await ErrorOf(given));

        given.RelateTo(
            await given.Existing("2026-03-01", null, "ENTERED_IN_ERROR", "LIVE_BIRTH", "NEWBORN", subjectType: "preperson",
                cancelReason: "TYPO", cancelledAt: DateTime.UtcNow));
        Assert.Equal(Refused, await ErrorOf(given));

        given.RelateTo(
            await given.Existing("2026-03-01", "2026-03-02", "ENTERED_IN_ERROR", subjectType: "preperson",
                cancelReason: "INCORRECT_PATIENT", cancelledAt: DateTime.UtcNow));
        Assert.Equal("1146: Composition type must not change", await ErrorOf(given));
    }

    [Fact(DisplayName = "RC_6: a preperson who was not identified, where the setting does not require it")]
    public async Task Refinement()
    {
        var given = await CompositionCase.Disability(registry);
        given.RelateTo(
            await given.Existing("2026-03-01", "2026-03-05", subjectType: "preperson", subject: await given.Preperson(person: null)));

        Assert.Null(await ErrorOf(given));
    }

    [Theory(DisplayName = "PREGNANCY: lengths in days, both ends included; an empty list allows any")]
    [InlineData("2026-03-01", "2026-04-25", null, null)]
    [InlineData("2026-03-01", "2026-05-09", null, null)]
    [InlineData("2026-03-01", "2026-05-10", null, "1831: Invalid pregnancy period")]
    [InlineData("2026-03-01", "2026-03-14", "appends", null)]
    [InlineData("2026-03-01", "2026-07-04", "appends", null)]
    [InlineData("2026-02-27", "2026-02-28", "transforms", null)]
    [InlineData("2026-03-01", "2026-04-25", "replaces", null)]
    [InlineData("2026-03-01", "2026-03-02", "replaces", "1831: Invalid pregnancy period")]
    public async Task Pregnancy(string start, string end, string? relation, string? error)
    {
        var given = await CompositionCase.Disability(registry);
        given.Body["category"] = CompositionCase.Concept("COMPOSITION_CATEGORIES", "PREGNANCY");
        given.Period(start, end);
        if (relation is "appends" or "transforms")
            await given.Existing("2026-02-20", "2026-02-28", category: "PREGNANCY");
        if (relation == "replaces")
            given.RelateTo(
                await given.Existing("2026-02-20", "2026-02-28", "ENTERED_IN_ERROR", "PREGNANCY", cancelReason: "INCORRECT_PATIENT",
                    cancelledAt: DateTime.UtcNow));

        Assert.Equal(error, await ErrorOf(given));
        Assert.Equal(
            error is null ? relation ?? "none"
            : "refused",
            (await registry.Rows(
                "SELECT relates_to_code FROM compositions WHERE subject_id = $1 AND status = 'PRELIMINARY'", given.Subject))
            .Select(row => row["relates_to_code"] ?? "none").SingleOrDefault("refused"));
    }

    /// <summary>Error of the job; null when it is DONE.</summary>
    internal static async Task<string?> ErrorOf(CompositionCase given)
    {
        var job = (await given.CreateAndWait()).Data;
        return job.GetProperty("status").GetString() == "DONE" ? null : job.GetProperty("links")[0].GetProperty("error").GetString();
    }
}
