using Esoz.Compositions;

namespace Esoz.Tests.Compositions;

/// <summary>Task CREATE_COMPOSITION (compositions §4.3) from the request to the end of its job, by a real worker.</summary>
public sealed class CreateCompositionTaskTests(CreateCompositionTaskTests.Positioned registry)
    : IClassFixture<CreateCompositionTaskTests.Positioned>
{
    /// <summary>Two categories of МВТН need a position too.</summary>
    public sealed class Positioned(TestCluster cluster) : Registry(cluster)
    {
        protected override Roles Roles => Roles.Api | Roles.Worker;

        protected override Dictionary<string, string> Configuration => new()
        {
            ["EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION"] =
                """{"LIVE_BIRTH":["P5","P6","P8","P34","P103"],"SICKNESS":["P34"],"PREGNANCY":["P34"]}""",
        };
    }

    [Fact(DisplayName = "The job is DONE and the composition is PRELIMINARY with every member of the request")]
    public async Task Makes()
    {
        var given = await CompositionCase.Disability(registry);
        var method = await CompositionCase.AuthenticationMethod(registry, given.Subject);
        given.Extend("AUTHORIZE_WITH", "valueUuid", method.ToString());
        given.Extend("TREATMENT_VIOLATION", "valueString", "reject_hospitalization");
        given.Extend("TREATMENT_VIOLATION_DATE", "valueDate", "2026-03-04");

        var job = (await given.CreateAndWait()).Data;

        Assert.Equal("DONE", job.GetProperty("status").GetString());
        Assert.Equal(job.GetProperty("eta").GetString(), job.GetProperty("doneAt").GetString());
        var row = await Made(given);
        Assert.Equal($"composition/{row["id"]}", job.GetProperty("links")[0].GetProperty("href").GetString());
        Assert.Equal(("PRELIMINARY", "TEMP_DISABILITY", "SICKNESS"), (row["status"], row["type"], row["category"]));
        Assert.Equal(
            ("person", given.Subject, "person", given.Focus), (row["subject_type"], row["subject_id"], row["focus_type"], row["focus_id"]));
        Assert.Equal((given.Episode, given.Encounter, given.Author, given.Provider),
            (row["episode_id"], row["encounter_id"], row["author_id"], row["custodian_id"]));
        Assert.Equal((new DateTime(2026, 3, 2, 0, 0, 1), new DateTime(2026, 3, 6, 20, 59, 59)), (row["period_start"], row["period_end"]));
        Assert.Equal(("INFORM_WITH reject_hospitalization 2026-03-04", 3), (row["extension_text"], row["extension_count"]));
        Assert.Null(row["relates_to_code"]);
        Assert.Equal((given.User, given.User), (row["inserted_by"], row["updated_by"]));
        Assert.Equal(row["inserted_at"], row["date"]);
        Assert.Matches($"^[{CompositionTitle.Alphabet}]{{4}}(-[{CompositionTitle.Alphabet}]{{4}}){{3}}$", (string)row["title"]!);
        Assert.Equal(row["date"], await registry.Scalar<DateTime>("SELECT done_at FROM async_jobs WHERE composition_id = $1", row["id"]));
    }

    [Fact(DisplayName =
        "A text next to a coding is dropped, AUTHORIZE_WITH is INFORM_WITH: getComposition shows the stored composition, which is the one that is signed")]
    public async Task Shown()
    {
        var given = await CompositionCase.Disability(registry);
        given.Extend("AUTHORIZE_WITH", "valueUuid", (await CompositionCase.AuthenticationMethod(registry, given.Subject)).ToString());
        given.Body["category"]!["text"] = "Захворювання";
        given.Body["type"]!["text"] = "Висновок";
        given.Body["subject"]!["type"]!["text"] = "пацієнт";

        var shown = (await given.Get(await given.Draft())).Succeeded();

        Assert.DoesNotContain("\"text\"", shown.Text, StringComparison.Ordinal);
        Assert.Equal("INFORM_WITH", shown.Data.GetProperty("extension")[0].GetProperty("valueCode").GetString());
    }

    [Theory(DisplayName =
        "The ends of the calendar, parts of a second and other zones are kept as instants and shown in whole seconds of UTC")]
    [InlineData("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")]
    [InlineData("2026-03-02T00:30:00.75+02:00", "2026-03-02T00:00:00", "2026-03-01T22:30:00Z", "2026-03-02T00:00:00Z")]
    public async Task Instants(string start, string end, string shownStart, string shownEnd)
    {
        var given = await CompositionCase.Disability(registry);
        given.Body["event"]![0]!["period"] = new System.Text.Json.Nodes.JsonObject { ["start"] = start, ["end"] = end };

        var period = (await given.Get(await given.Draft())).Succeeded().Data.GetProperty("event")[0].GetProperty("period");

        Assert.Equal((shownStart, shownEnd), (period.GetProperty("start").GetString(), period.GetProperty("end").GetString()));
    }

    [Fact(DisplayName =
        "A title that another composition already has fails the attempt; the retry succeeds with a new title")]
    public async Task TitleIsTaken()
    {
        var given = await CompositionCase.Disability(registry);
        var taken = await registry.Scalar<string>(
            "SELECT title FROM compositions WHERE id = $1", await given.Existing("2026-01-02", "2026-01-03"));
        // A sequence is not rolled back with the attempt, so only the first attempt gets the title in use.
        await registry.Execute("CREATE SEQUENCE titles");
        await registry.Execute($"""
            CREATE FUNCTION takes_title() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF nextval('titles') = 1 THEN NEW.title := '{taken}'; END IF;
              RETURN NEW;
            END $$
            """);
        await registry.Execute(
            $"CREATE TRIGGER takes_title BEFORE INSERT ON compositions FOR EACH ROW WHEN (NEW.subject_id = '{given.Subject}') EXECUTE FUNCTION takes_title()");

        var job = (await given.Create()).Succeeded().Data.GetProperty("id").GetGuid();
        await Eventually.Holds(async () => await registry.Execute(
            "UPDATE background_tasks SET run_at = now() WHERE job_id = $1 AND status = 'QUEUED' AND attempts = 1", job) > 0);

        Assert.Equal("DONE", (await given.Ended(job)).Data.GetProperty("status").GetString());
        Assert.Equal(("DONE", 2, "PostgresException 23505"),
            Assert.Single(await registry.Rows("SELECT status, attempts, last_error FROM background_tasks WHERE job_id = $1", job))
            is var task ? (task["status"], task["attempts"], task["last_error"]) : default);
        Assert.Equal(2, await registry.Scalar<long>("SELECT count(DISTINCT title) FROM compositions WHERE subject_id = $1", given.Subject));
    }

    [Fact(DisplayName = "The draft leaves one audit row by the caller's user and no event")]
    public async Task Trace()
    {
        var given = await CompositionCase.Disability(registry);

        await given.CreateAndWait();

        var id = (await Made(given))["id"];
        var audit = Assert.Single(
            await registry.Rows("SELECT actor_id FROM audit_log WHERE resource = 'compositions' AND resource_id = $1::text", id));
        Assert.Equal(given.User.ToString(), audit["actor_id"]);
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM events WHERE entity_id = $1", id));
    }

    [Fact(DisplayName = "МВН of an OUTPATIENT legal entity is made without an end")]
    public async Task MakesNewborn()
    {
        var given = await CompositionCase.Newborn(registry);
        given.Extend("INFORM_WITH", "valueUuid", (await CompositionCase.AuthenticationMethod(registry, given.Focus)).ToString());

        Assert.Equal("DONE", (await given.CreateAndWait()).Data.GetProperty("status").GetString());
        Assert.Null((await Made(given))["period_end"]);
    }

    /// <summary>Data read by the checks of compositions §4.3, each broken in a valid МВТН of a PREGNANCY; in the page's order.</summary>
    private static readonly (string Name, string Error, Func<Registry, CompositionCase, Task> Break)[] Steps =
    [
        ("1 author", "1820: Author must be an approved employee of the legal entity",
            (it, given) => it.Execute("UPDATE employees SET status = 'STOPPED' WHERE id = $1", given.Author)),
        ("1 user", "1821: User is not the author of composition",
            (it, given) => it.Execute("DELETE FROM party_users WHERE party_id = $1", given.Party)),
        ("2 custodian", "1822: Legal entity must be ACTIVE or SUSPENDED",
            (it, given) => it.Execute("UPDATE legal_entities SET status = 'CLOSED' WHERE id = $1", given.Provider)),
        ("2 custodian type", "1823: Legal entity type is not allowed for composition type",
            (it, given) => it.Execute("UPDATE legal_entities SET type = 'PHARMACY' WHERE id = $1", given.Provider)),
        ("3 author's type", "1832: Employee type is not allowed for composition type",
            (it, given) => it.Execute("UPDATE employees SET employee_type = 'DOCTOR' WHERE id = $1", given.Author)),
        ("4 author's position", "1167: Illegal author position",
            (it, given) => it.Execute("UPDATE employees SET position = 'P7' WHERE id = $1", given.Author)),
        ("5 subject", "1824: Subject not found",
            (it, given) => it.Execute("UPDATE persons SET status = 'inactive' WHERE id = $1", given.Subject)),
        ("5 focus", "1825: Focus not found", (_, given) =>
        {
            given.Body["section"]!["focus"]!["value"] = Guid.NewGuid().ToString();
            return Task.CompletedTask;
        }),
        ("6 encounter", "1826: Encounter not found",
            (it, given) => it.Execute("UPDATE encounters SET patient_id = gen_random_uuid() WHERE id = $1", given.Encounter)),
        ("6 encounter status", "1827: Encounter is not finished",
            (it, given) => it.Execute("UPDATE encounters SET status = 'in_progress' WHERE id = $1", given.Encounter)),
        ("6 encounter performer", "1828: Author is not performer of encounter",
            async (it, given) =>
            await it.Execute("UPDATE encounters SET performer_employee_id = $2 WHERE id = $1", given.Encounter,
                await it.Given.Employee(given.Provider))),
        ("7 diagnosis", "1829: Encounter has no diagnosis",
            (it, given) => it.Execute("UPDATE conditions SET is_in_error = true WHERE encounter_id = $1", given.Encounter)),
        ("8 authentication method", "1830: Invalid authentication method", async (it, given) =>
            given.Extend(
                "INFORM_WITH", "valueUuid", (await CompositionCase.AuthenticationMethod(it, given.Subject, isActive: false)).ToString())),
        ("10 date of the violation", "1172: Treatment violation date should be >= composition start && <= now", (_, given) =>
        {
            given.Extend("TREATMENT_VIOLATION", "valueString", "reject_recommendation");
            given.Extend("TREATMENT_VIOLATION_DATE", "valueDate", "2026-03-01");
            return Task.CompletedTask;
        }),
        ("11 relation", "1000: Composition not found", (_, given) =>
        {
            given.RelateTo(Guid.NewGuid());
            return Task.CompletedTask;
        }),
        ("12 length of a pregnancy", "1831: Invalid pregnancy period", (_, given) =>
        {
            given.Body["category"] = CompositionCase.Concept("COMPOSITION_CATEGORIES", "PREGNANCY");
            return Task.CompletedTask;
        }),
    ];

    public static TheoryData<string> StepNames => [.. Steps.Select(step => step.Name)];

    [Theory(DisplayName = "Each check fails the job before all later ones, which are broken too")]
    [MemberData(nameof(StepNames))]
    public async Task Staircase(string name)
    {
        var own = Array.FindIndex(Steps, step => step.Name == name);
        var given = await CompositionCase.Disability(registry);
        for (var i = Steps.Length - 1; i >= own; i--)
            await Steps[i].Break(registry, given);

        await FailsWith(given, Steps[own].Error);
    }

    [Theory(DisplayName = "Each check fails the job when it alone is broken")]
    [MemberData(nameof(StepNames))]
    public async Task Alone(string name)
    {
        var step = Steps.Single(step => step.Name == name);
        var given = await CompositionCase.Disability(registry);
        await step.Break(registry, given);

        await FailsWith(given, step.Error);
    }

    public static TheoryData<string, string> OtherAuthors => new()
    {
        { "UPDATE employees SET is_active = false WHERE id = $1", "1820" },
        { "UPDATE employees SET status = 'NEW' WHERE id = $1", "1820" },
        { "UPDATE employees SET legal_entity_id = (SELECT id FROM legal_entities WHERE id <> legal_entity_id LIMIT 1) WHERE id = $1",
            "1820" },
    };

    [Theory(DisplayName = "An author who is inactive, not approved or of another legal entity is refused")]
    [MemberData(nameof(OtherAuthors))]
    public async Task Author(string spoil, string code)
    {
        var given = await CompositionCase.Disability(registry);
        await registry.Given.LegalEntity();
        await registry.Execute(spoil, given.Author);

        Assert.StartsWith(code + ":", await Error(given), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "Which legal entities may be custodians")]
    [InlineData("TEMP_DISABILITY", "OUTPATIENT", "ACTIVE", null)]
    [InlineData("TEMP_DISABILITY", "PRIMARY_CARE", "SUSPENDED", null)]
    [InlineData("TEMP_DISABILITY", "MSP", "ACTIVE", "1823")]
    [InlineData("TEMP_DISABILITY", "EMERGENCY", "REORGANIZED", "1822")]
    [InlineData("NEWBORN", "OUTPATIENT", "SUSPENDED", null)]
    [InlineData("NEWBORN", "PRIMARY_CARE", "ACTIVE", "1823")]
    public async Task Custodian(string composition, string type, string status, string? code)
    {
        var given = composition == "NEWBORN" ? await CompositionCase.Newborn(registry) : await CompositionCase.Disability(registry);
        await registry.Execute("UPDATE legal_entities SET type = $2, status = $3 WHERE id = $1", given.Provider, type, status);
        if (type == "PRIMARY_CARE")
            await registry.Execute("UPDATE employees SET employee_type = 'DOCTOR' WHERE id = $1", given.Author);

        Assert.Equal(code, (await Error(given))?[..4]);
    }

    [Theory(DisplayName = "3 a specialist of outpatient care writes both, a doctor of primary care МВТН, nobody else any")]
    [InlineData("TEMP_DISABILITY", "OUTPATIENT", "SPECIALIST", null)]
    [InlineData("TEMP_DISABILITY", "PRIMARY_CARE", "DOCTOR", null)]
    [InlineData("TEMP_DISABILITY", "OUTPATIENT", "DOCTOR", "1832")]
    [InlineData("TEMP_DISABILITY", "PRIMARY_CARE", "SPECIALIST", "1832")]
    [InlineData("TEMP_DISABILITY", "OUTPATIENT", "ASSISTANT", "1832")]
    [InlineData("TEMP_DISABILITY", "PRIMARY_CARE", "OWNER", "1832")]
    [InlineData("NEWBORN", "OUTPATIENT", "SPECIALIST", null)]
    [InlineData("NEWBORN", "OUTPATIENT", "DOCTOR", "1832")]
    public async Task AuthorType(string composition, string legalEntity, string employee, string? code)
    {
        var given = composition == "NEWBORN" ? await CompositionCase.Newborn(registry) : await CompositionCase.Disability(registry);
        await registry.Execute("UPDATE legal_entities SET type = $2 WHERE id = $1", given.Provider, legalEntity);
        await registry.Execute("UPDATE employees SET employee_type = $2 WHERE id = $1", given.Author, employee);

        Assert.Equal(code, (await Error(given))?[..4]);
    }

    [Theory(DisplayName = "4 a category that the setting lists needs one of its positions, any other takes every position")]
    [InlineData("LIVE_BIRTH", "P5", null)]
    [InlineData("LIVE_BIRTH", "P6", null)]
    [InlineData("LIVE_BIRTH", "P8", null)]
    [InlineData("LIVE_BIRTH", "P34", null)]
    [InlineData("LIVE_BIRTH", "P103", null)]
    [InlineData("LIVE_BIRTH", "P7", "1167")]
    [InlineData("LIVE_BIRTH", "P1", "1167")]
    [InlineData("SICKNESS", "P5", "1167")]
    [InlineData("COVID19", "P7", null)]
    public async Task AuthorPosition(string category, string position, string? code)
    {
        var given = category == "LIVE_BIRTH" ? await CompositionCase.Newborn(registry) : await CompositionCase.Disability(registry);
        given.Body["category"] = CompositionCase.Concept("COMPOSITION_CATEGORIES", category);
        await registry.Execute("UPDATE employees SET position = $2 WHERE id = $1", given.Author, position);

        Assert.Equal(code, (await Error(given))?[..4]);
    }

    [Theory(DisplayName = "10 the date of the violation is from the start of the period to today, in Ukraine")]
    [InlineData("2026-03-02", null, null)]
    [InlineData("2026-03-01", null, "1172")]
    [InlineData(null, 0, null)]
    [InlineData(null, 1, "1172")]
    public async Task ViolationDate(string? date, int? daysAhead, string? code)
    {
        var given = await CompositionCase.Disability(registry);
        var today = await registry.Scalar<DateTime>("SELECT (now() AT TIME ZONE 'Europe/Kyiv')::date::timestamp");
        given.Extend("TREATMENT_VIOLATION", "valueString", "reject_recommendation");
        given.Extend("TREATMENT_VIOLATION_DATE", "valueDate", date ?? $"{today.AddDays(daysAhead!.Value):yyyy-MM-dd}");

        Assert.Equal(code, (await Error(given))?[..4]);
    }

    [Fact(DisplayName = "A preperson is found among prepersons only")]
    public async Task SubjectKind()
    {
        var given = await CompositionCase.Disability(registry, "preperson");
        Assert.Null(await Error(given));

        given.Body["subject"]!["type"] = CompositionCase.Concept("eHealth/resources", "person");
        Assert.Equal("1824", (await Error(given))?[..4]);
    }

    [Fact(DisplayName = "The authentication method must be the subject's for МВТН, the focus's for МВН")]
    public async Task AuthenticationMethodOfAnother()
    {
        var disability = await CompositionCase.Disability(registry);
        disability.Extend(
            "INFORM_WITH", "valueUuid",
            (await CompositionCase.AuthenticationMethod(registry, await CompositionCase.Person(registry))).ToString());
        Assert.Equal("1830", (await Error(disability))?[..4]);

        var newborn = await CompositionCase.Newborn(registry);
        newborn.Extend(
            "INFORM_WITH", "valueUuid",
            (await CompositionCase.AuthenticationMethod(registry, await CompositionCase.Person(registry))).ToString());
        Assert.Equal("1830", (await Error(newborn))?[..4]);
    }

    [Theory(DisplayName = "A newborn has one conclusion that is FINAL or AMENDED")]
    [InlineData("FINAL", "1002: Composition for a given subject already exists")]
    [InlineData("AMENDED", "1002: Composition for a given subject already exists")]
    [InlineData("PRELIMINARY", null)]
    [InlineData("ENTERED_IN_ERROR", null)]
    public async Task OneNewbornConclusion(string status, string? error)
    {
        var given = await CompositionCase.Newborn(registry);
        await given.Existing("2026-03-02", null, status, "LIVE_BIRTH", "NEWBORN", subjectType: "preperson");
        // Check 11 would fail as well.
        if (error is not null)
            given.RelateTo(Guid.NewGuid());

        Assert.Equal(error, await Error(given));
    }

    [Fact(DisplayName = "200 concurrent requests of one patient all end, each exactly once, one after another")]
    public async Task ParallelOfOneSubject()
    {
        var given = await CompositionCase.Disability(registry);
        var bodies = Enumerable.Range(0, 200).Select(i => given.Body.ToJsonString() + new string(' ', i)).ToArray();

        var jobs = await Task.WhenAll(bodies.Select(async body =>
            (await registry.Send("POST", CompositionCase.Path, given.Credential, body)).Succeeded().Data.GetProperty("id").GetGuid()));
        foreach (var job in jobs)
            Assert.Equal("DONE", (await given.Ended(job)).Data.GetProperty("status").GetString());

        Assert.Equal(200, jobs.Distinct().Count());
        Assert.Equal(
            200, await registry.Scalar<long>("SELECT count(DISTINCT title) FROM compositions WHERE subject_id = $1", given.Subject));
        Assert.Equal(
            200, await registry.Scalar<long>(
                "SELECT count(*) FROM background_tasks WHERE key = $1 AND status = 'DONE' AND attempts = 1", given.Subject));
        // Sequential: no two ended at the same time. Their order is that of their commits, which need not be that of their numbers.
        Assert.Equal(0, await registry.Scalar<long>("""
            SELECT count(*) FROM (
              SELECT job.done_at - lag(job.done_at) OVER (ORDER BY job.done_at) AS gap
                FROM background_tasks task JOIN async_jobs job ON job.id = task.job_id WHERE task.key = $1) order_of_tasks
             WHERE gap <= interval '0'
            """, given.Subject));
    }

    [Fact(DisplayName = "200 concurrent requests of 200 patients all end, each exactly once")]
    public async Task ParallelOfMany()
    {
        var cases = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => CompositionCase.Disability(registry)));

        var ended = await Task.WhenAll(cases.Select(given => given.CreateAndWait()));

        Assert.All(ended, answer => Assert.Equal("DONE", answer.Data.GetProperty("status").GetString()));
        Assert.Equal(
            200, await registry.Scalar<long>(
                "SELECT count(*) FROM compositions WHERE subject_id = ANY ($1)", cases.Select(given => given.Subject).ToArray()));
    }

    private async Task FailsWith(CompositionCase given, string error)
    {
        await given.SignInAgain();
        var job = (await given.CreateAndWait()).Data;

        Assert.Equal("FAILED", job.GetProperty("status").GetString());
        Assert.Equal($$"""[{"entity":"eHealth/composition","error":"{{error}}"}]""", job.GetProperty("links").GetRawText());
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM compositions WHERE subject_id = $1", given.Subject));
        Assert.Equal(
            ("DONE", 1), Assert.Single(
                await registry.Rows("SELECT status, attempts FROM background_tasks WHERE job_id = $1", job.GetProperty("id").GetGuid()))
            is var task ? (task["status"], task["attempts"]) : default);
    }

    /// <summary>Error of the job; null when it is DONE.</summary>
    private static async Task<string?> Error(CompositionCase given)
    {
        await given.SignInAgain();
        var job = (await given.CreateAndWait()).Data;
        return job.GetProperty("status").GetString() == "DONE" ? null : job.GetProperty("links")[0].GetProperty("error").GetString();
    }

    private async Task<Dictionary<string, object?>> Made(CompositionCase given) => Assert.Single(await registry.Rows("""
        SELECT *, concat_ws(' ', extension #>> '{0,valueCode}', extension #>> '{1,valueString}', extension #>> '{2,valueDate}') AS extension_text,
               jsonb_array_length(extension) AS extension_count
          FROM compositions WHERE subject_id = $1
        """, given.Subject));
}
