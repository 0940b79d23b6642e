using System.Text.Json.Nodes;

namespace Esoz.Tests.Compositions;

/// <summary>API-006-001-001-0211 createComposition (compositions §4), its immediate answers: no worker runs here.</summary>
public sealed class CreateCompositionTests(Registry registry, TestCluster cluster) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Answers 200 with the PENDING job, byte for byte, and has committed the job and its task")]
    public async Task Schedules()
    {
        var given = await CompositionCase.Disability(registry);

        var answer = await registry.Send(
            "POST", CompositionCase.Path, given.Credential, given.Body.ToJsonString(), ("X-Request-ID", "mis-9#4"));

        var data = answer.Succeeded().Data;
        var id = data.GetProperty("id").GetGuid();
        Assert.Equal(
            $$$"""{"data":{"eta":"{{{data.GetProperty("eta").GetString()}}}","id":"{{{id}}}","links":[{"entity":"eHealth/resources"}],"status":"PENDING"}}""", answer.Text);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", data.GetProperty("eta").GetString());
        var row = Assert.Single(await registry.Rows("""
            SELECT job.kind, job.client_id, job.user_id, job.status, job.request_id, job.eta - job.inserted_at AS ahead, job.composition_id,
                   task.type, task.key, task.status AS task_status, task.attempts, task.payload->>'id' AS made
              FROM async_jobs job JOIN background_tasks task ON task.job_id = job.id WHERE job.id = $1
            """, id));
        Assert.Equal(("CREATE_COMPOSITION", given.Provider, given.User, "PENDING", "mis-9#4", TimeSpan.FromSeconds(5)),
            (row["kind"], row["client_id"], row["user_id"], row["status"], row["request_id"], row["ahead"]));
        Assert.Equal(("CREATE_COMPOSITION", given.Subject, "QUEUED", 0, row["composition_id"]!.ToString()),
            (row["type"], row["key"], row["task_status"], row["attempts"], row["made"]));
    }

    [Fact(DisplayName = "The same request again while the job is pending returns that job; another client, user or body starts its own")]
    public async Task Repeated()
    {
        var given = await CompositionCase.Disability(registry);
        var first = await JobOf(given.Create());

        Assert.Equal(first, await JobOf(given.Create()));
        var sameClient = await registry.Given.Token(given.Provider, CompositionCase.Scope, Guid.NewGuid());
        Assert.NotEqual(first, await JobOf(registry.Send("POST", CompositionCase.Path, sameClient, given.Body.ToJsonString())));
        Assert.NotEqual(first, await JobOf(registry.Send("POST", CompositionCase.Path, given.Credential, given.Body.ToJsonString() + " ")));
        Assert.Equal(3, await registry.Scalar<long>("SELECT count(*) FROM background_tasks WHERE key = $1", given.Subject));

        await registry.Execute("UPDATE async_jobs SET status = 'DONE', done_at = now() WHERE id = $1", first);
        Assert.NotEqual(first, await JobOf(given.Create()));
    }

    [Fact(DisplayName = "Of 32 equal concurrent requests one starts a job and all get its id")]
    public async Task RepeatedAtOnce()
    {
        var given = await CompositionCase.Disability(registry);

        var jobs = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => JobOf(given.Create())));

        Assert.Single(jobs.Distinct());
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM background_tasks WHERE key = $1", given.Subject));
    }

    [Fact(DisplayName = "A job that is requested again after its estimate has passed gets a new estimate")]
    public async Task RefreshesEta()
    {
        var given = await CompositionCase.Disability(registry);
        var job = await JobOf(given.Create());
        await registry.Execute("UPDATE async_jobs SET eta = now() - interval '1 minute' WHERE id = $1", job);

        var asked = DateTime.UtcNow;

        var again = (await given.Create()).Succeeded().Data;

        Assert.Equal(job, again.GetProperty("id").GetGuid());
        Assert.InRange(again.GetProperty("eta").GetDateTime(), asked.AddSeconds(4), DateTime.UtcNow.AddSeconds(6));
    }

    /// <summary>Faults of the body in the order of compositions §4.2, each as a change to a valid МВТН.</summary>
    private static readonly (string Name, int Code, string ErrorName, string Message, Action<CompositionCase> Break)[] Steps =
    [
        ("2 type system", 1073, "COMPOSITION_TYPE_SYSTEM_INVALID", "Invalid composition type system",
            it => Coding(it, "type")["system"] = "eHealth/composition_types"),
        ("2 type code", 1801, "COMPOSITION_TYPE_CODE_INVALID", "Invalid composition type code",
            it => Coding(it, "type")["code"] = "ADOPTION"),
        ("3 category system", 1085, "COMPOSITION_CATEGORY_SYSTEM_INVALID", "Invalid composition category system",
            it => Coding(it, "category")["system"] = "eHealth/composition_categories"),
        ("3 category code", 1161, "COMPOSITION_CATEGORY_CODE_INVALID", "Invalid composition category code",
            it => Coding(it, "category")["code"] = "HOLIDAY"),
        ("3 category of another type", 1802, "COMPOSITION_CATEGORY_NOT_ALLOWED", "Category is not allowed for composition type",
            it => Coding(it, "category")["code"] = "LIVE_BIRTH"),
        ("4 event", 1803, "COMPOSITION_EVENT_INVALID", "Invalid composition event",
            it => it.Body["event"]![0]!["code"] = CompositionCase.Concept("COMPOSITION_EVENTS", "BIRTH")),
        ("5 extension", 1806, "EXTENSION_INVALID", "Invalid extension", it => it.Extend("IS_UNKNOWN", "valueBoolean", true)),
        ("5 treatment violation", 1088, "TREATMENT_VIOLATION_INVALID", "Invalid treatment violation",
            it => it.Extend("TREATMENT_VIOLATION", "valueString", "late")),
        ("6 period", 1804, "COMPOSITION_PERIOD_INVALID", "Invalid composition period", it => it.Period("2026-03-02", "2026-03-01")),
        ("7 subject kind", 1154, "SUBJECT_TYPE_INVALID", "Invalid subject type", it => Coding(it, "subject", "type")["code"] = "patient"),
        ("8 focus kind", 1171, "FOCUS_TYPE_INVALID", "Invalid focus type",
            it => Coding(it, "section", "focus", "type")["code"] = "employee"),
        ("9 category of a preperson", 1805, "PREPERSON_CATEGORY_NOT_ALLOWED", "Category is not allowed for preperson", it =>
        {
            Coding(it, "subject", "type")["code"] = "preperson";
            Coding(it, "category")["code"] = "QUARANTINE";
        }),
        ("10 relation", 1807, "RELATION_INVALID", "Invalid relation", it => it.RelateTo(Guid.NewGuid(), "transforms")),
    ];

    public static TheoryData<string> StepNames => [.. Steps.Select(step => step.Name)];

    [Theory(DisplayName = "Each check is answered before all later ones, which are broken too")]
    [MemberData(nameof(StepNames))]
    public async Task Staircase(string name)
    {
        var own = Array.FindIndex(Steps, step => step.Name == name);
        var given = await CompositionCase.Disability(registry);
        // From the last one to its own: if two change the same member, the earlier check's change remains.
        for (var i = Steps.Length - 1; i >= own; i--)
            Steps[i].Break(given);

        var answer = await given.Create();

        answer.IsMcRefusal(400, Steps[own].Code, Steps[own].ErrorName, Steps[own].Message);
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM async_jobs WHERE client_id = $1", given.Provider));
    }

    [Theory(DisplayName = "Each check is answered when it alone is broken")]
    [MemberData(nameof(StepNames))]
    public async Task Alone(string name)
    {
        var step = Steps.Single(step => step.Name == name);
        var given = await CompositionCase.Disability(registry);
        step.Break(given);

        (await given.Create()).IsMcRefusal(400, step.Code, step.ErrorName, step.Message);
    }

    [Theory(DisplayName = "2 types of another API are refused, and so is a known type in another letter case")]
    [InlineData("ADOPTION")]
    [InlineData("DRIVERS")]
    [InlineData("newborn")]
    public async Task Type(string code)
    {
        var given = await CompositionCase.Disability(registry);
        Coding(given, "type")["code"] = code;

        (await given.Create()).IsMcRefusal(400, 1801, "COMPOSITION_TYPE_CODE_INVALID", "Invalid composition type code");
    }

    [Theory(DisplayName = "9 МВТН of a preperson has one of two categories, of a person any of ten")]
    [InlineData("SICKNESS", true)]
    [InlineData("CHILD_CARE", true)]
    [InlineData("FAMILY_CARE", false)]
    [InlineData("PARENTAL_CARE", false)]
    [InlineData("PREGNANCY", false)]
    [InlineData("QUARANTINE", false)]
    [InlineData("COVID19", false)]
    [InlineData("TEMP_TRANSFER", false)]
    [InlineData("PROSTHETIC", false)]
    [InlineData("RESTORATION", false)]
    public async Task Category(string category, bool isForPreperson)
    {
        foreach (var subject in new[] { "person", "preperson" })
        {
            var given = await CompositionCase.Disability(registry, subject);
            Coding(given, "category")["code"] = category;

            if (subject == "person" || isForPreperson)
                (await given.Create()).Succeeded();
            else
                (await given.Create()).IsMcRefusal(400, 1805, "PREPERSON_CATEGORY_NOT_ALLOWED", "Category is not allowed for preperson");
        }
    }

    [Theory(DisplayName = "10 a caller may send no other relation than replaces and appends")]
    [InlineData("transforms")]
    [InlineData("absent")]
    [InlineData("Replaces")]
    [InlineData("Appends")]
    [InlineData("")]
    public async Task Relation(string code)
    {
        var given = await CompositionCase.Disability(registry);
        given.RelateTo(Guid.NewGuid(), code);

        (await given.Create()).IsMcRefusal(400, 1807, "RELATION_INVALID", "Invalid relation");
    }

    [Fact(DisplayName = "10 a caller may send appends on a МВТН, not on a МВН; replaces on both")]
    public async Task RelationByType()
    {
        var disability = await CompositionCase.Disability(registry);
        disability.RelateTo(Guid.NewGuid(), "appends");
        (await disability.Create()).Succeeded();

        var newborn = await CompositionCase.Newborn(registry);
        newborn.RelateTo(Guid.NewGuid(), "appends");
        (await newborn.Create()).IsMcRefusal(400, 1807, "RELATION_INVALID", "Invalid relation");
        newborn.RelateTo(Guid.NewGuid());
        (await newborn.Create()).Succeeded();
    }

    [Theory(DisplayName = "The sex of a newborn is one of three codes")]
    [InlineData("MALE", true)]
    [InlineData("FEMALE", true)]
    [InlineData("UNKNOWN", true)]
    [InlineData("OTHER", false)]
    public async Task Sex(string sex, bool accepted)
    {
        var given = await CompositionCase.Newborn(registry);
        given.Body["extension"]![1]!["valueString"] = sex;

        if (accepted)
            (await given.Create()).Succeeded();
        else
            (await given.Create()).IsMcRefusal(400, 1806, "EXTENSION_INVALID", "Invalid extension");
    }

    public static TheoryData<string, int, string, string> Newborns => new()
    {
        { "category system", 1081, "COMPOSITION_CATEGORY_SYSTEM_INVALID", "Invalid composition category system" },
        { "category SICKNESS", 1802, "COMPOSITION_CATEGORY_NOT_ALLOWED", "Category is not allowed for composition type" },
        { "no birth date", 1806, "EXTENSION_INVALID", "Invalid extension" },
        { "no sex", 1806, "EXTENSION_INVALID", "Invalid extension" },
        { "sex in lower case", 1806, "EXTENSION_INVALID", "Invalid extension" },
        { "extension of МВТН", 1806, "EXTENSION_INVALID", "Invalid extension" },
        { "period with an end", 1804, "COMPOSITION_PERIOD_INVALID", "Invalid composition period" },
        { "period from another day", 1804, "COMPOSITION_PERIOD_INVALID", "Invalid composition period" },
        { "subject is a person", 1154, "SUBJECT_TYPE_INVALID", "Invalid subject type" },
        { "focus is a preperson", 1171, "FOCUS_TYPE_INVALID", "Invalid focus type" },
    };

    [Theory(DisplayName = "МВН is refused for")]
    [MemberData(nameof(Newborns))]
    public async Task Newborn(string fault, int code, string name, string message)
    {
        var given = await CompositionCase.Newborn(registry);
        var extensions = (JsonArray)given.Body["extension"]!;
        switch (fault)
        {
            case "category system": Coding(given, "category")["system"] = "COMPOSITION_TYPES"; break;
            case "category SICKNESS": Coding(given, "category")["code"] = "SICKNESS"; break;
            case "no birth date": extensions.RemoveAt(0); break;
            case "no sex": extensions.RemoveAt(1); break;
            case "sex in lower case": extensions[1]!["valueString"] = "female"; break;
            case "extension of МВТН": given.Extend("IS_ACCIDENT", "valueBoolean", true); break;
            case "period with an end": given.Period("2026-03-02", "2026-03-03"); break;
            case "period from another day": given.Period("2026-03-03", null); break;
            case "subject is a person": Coding(given, "subject", "type")["code"] = "person"; break;
            case "focus is a preperson": Coding(given, "section", "focus", "type")["code"] = "preperson"; break;
        }

        (await given.Create()).IsMcRefusal(400, code, name, message);
    }

    [Fact(DisplayName = "МВН is scheduled, with and without the member end")]
    public async Task NewbornIsScheduled()
    {
        var given = await CompositionCase.Newborn(registry);
        (await given.Create()).Succeeded();
        ((JsonObject)given.Body["event"]![0]!["period"]!).Remove("end");
        (await given.Create()).Succeeded();
    }

    [Theory(DisplayName = "Extensions of МВТН")]
    [InlineData("""[]""", 200)]
    [InlineData(
        """[{"valueCode":"INFORM_WITH","valueUuid":"8b4f7a52-2f43-4b0a-9d57-3a0a0f6f1c11"},{"valueCode":"IS_ACCIDENT","valueBoolean":true},{"valueCode":"IS_INTOXICATED","valueBoolean":false},{"valueCode":"IS_FOREIGN_TREATMENT","valueBoolean":true},{"valueCode":"IS_FORCE_RENEW","valueBoolean":true}]""", 200)]
    [InlineData("""[{"valueCode":"AUTHORIZE_WITH","valueUuid":"8b4f7a52-2f43-4b0a-9d57-3a0a0f6f1c11"}]""", 200)]
    [InlineData(
        """[{"valueCode":"TREATMENT_VIOLATION","valueString":"reject_hospitalization"},{"valueCode":"TREATMENT_VIOLATION_DATE","valueDate":"2026-03-02"}]""", 200)]
    [InlineData("""[{"valueCode":"TREATMENT_VIOLATION","valueString":"reject_recommendation"}]""", 200)]
    [InlineData(
        """[{"valueCode":"TREATMENT_VIOLATION","valueString":"reject_hospitalization"},{"valueCode":"TREATMENT_VIOLATION_DATE","valueDate":"2026-03-01"}]""", 200)]
    [InlineData("""[{"valueCode":"TREATMENT_VIOLATION_DATE","valueDate":"2026-03-03"}]""", 1806)]
    [InlineData("""[{"valueCode":"IS_ACCIDENT","valueBoolean":true},{"valueCode":"IS_ACCIDENT","valueBoolean":true}]""", 1806)]
    [InlineData(
        """[{"valueCode":"INFORM_WITH","valueUuid":"8b4f7a52-2f43-4b0a-9d57-3a0a0f6f1c11"},{"valueCode":"AUTHORIZE_WITH","valueUuid":"8b4f7a52-2f43-4b0a-9d57-3a0a0f6f1c12"}]""", 1806)]
    [InlineData("""[{"valueCode":"IS_ACCIDENT","valueString":"true"}]""", 1806)]
    [InlineData("""[{"valueCode":"IS_ACCIDENT","valueBoolean":true,"valueString":"true"}]""", 1806)]
    [InlineData("""[{"valueCode":"IS_ACCIDENT"}]""", 1806)]
    [InlineData("""[{"valueCode":"INFORM_WITH","valueString":"8b4f7a52-2f43-4b0a-9d57-3a0a0f6f1c11"}]""", 1806)]
    [InlineData("""[{"valueCode":"NEWBORN_SEX","valueString":"MALE"}]""", 1806)]
    [InlineData("""[{"valueCode":"is_accident","valueBoolean":true}]""", 1806)]
    [InlineData("""[{"valueCode":"IS_ACCIDENT","valueBoolean":"true"}]""", 400)]
    [InlineData("""[{"valueBoolean":true}]""", 400)]
    [InlineData("""[{"valueCode":"IS_ACCIDENT","valueBoolean":true,"comment":""}]""", 400)]
    public async Task Extensions(string extensions, int code)
    {
        var given = await CompositionCase.Disability(registry);
        given.Body["extension"] = JsonNode.Parse(extensions);

        var answer = await given.Create();

        Assert.Equal(code, answer.Status == 200 ? 200 : answer.Json.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory(DisplayName = "The period of МВТН is compared by calendar dates")]
    [InlineData("2026-03-02T23:59:59Z", "\"2026-03-02T00:00:00Z\"", true)]
    [InlineData("2026-03-02T00:00:01Z", "\"2026-03-01T23:59:59Z\"", false)]
    [InlineData("2026-03-02T00:00:01Z", "null", false)]
    public async Task Period(string start, string end, bool accepted)
    {
        var given = await CompositionCase.Disability(registry);
        given.Body["event"]![0]!["period"] = JsonNode.Parse($$"""{"start":"{{start}}","end":{{end}}}""");

        var answer = await given.Create();

        if (accepted)
            answer.Succeeded();
        else
            answer.IsMcRefusal(400, 1804, "COMPOSITION_PERIOD_INVALID", "Invalid composition period");
    }

    /// <summary>Every row also has a wrong type (check 2), to test that the shape is checked first.</summary>
    [Theory(DisplayName = "A body that does not match the schema is refused before every rule")]
    [InlineData("$.type", null, "Invalid request format: $.type required property type was not present")]
    [InlineData("$.unknown", "1", "Invalid request format: $.unknown schema does not allow additional properties")]
    [InlineData("$.section", "{}", "Invalid request format: $.section.focus required property focus was not present")]
    [InlineData("$.event", "[]", null)]
    [InlineData("$.event", "{}", "Invalid request format: $.event type mismatch. Expected array but got object")]
    [InlineData("$.author", "null", "Invalid request format: $.author type mismatch. Expected object but got null")]
    [InlineData(
        "$.author",
        """{"type":{"coding":[{"system":"eHealth/resources","code":"party"}]},"value":"8b4f7a52-2f43-4b0a-9d57-3a0a0f6f1c11"}""", null)]
    [InlineData(
        "$.encounter",
        """{"type":{"coding":[{"system":"resources","code":"encounter"}]},"value":"8b4f7a52-2f43-4b0a-9d57-3a0a0f6f1c11"}""", null)]
    [InlineData("$.subject", """{"type":{"coding":[{"system":"eHealth/resources","code":"person"}]},"value":"8b4f7a52"}""", null)]
    [InlineData(
        "$.subject",
        """{"identifier":{"type":{"coding":[{"system":"eHealth/resources","code":"person"}]},"value":"8b4f7a52-2f43-4b0a-9d57-3a0a0f6f1c11"}}""", null)]
    [InlineData("$.category", """{"coding":[]}""", null)]
    [InlineData(
        "$.category",
        """{"coding":[{"system":"COMPOSITION_CATEGORIES","code":"SICKNESS"},{"system":"COMPOSITION_CATEGORIES","code":"COVID19"}]}""",
        null)]
    [InlineData("$.category", """{"coding":[{"system":"COMPOSITION_CATEGORIES","code":7}]}""", null)]
    [InlineData("$.category", """{"coding":[{"system":"COMPOSITION_CATEGORIES","code":"SICKNESS"}],"text":null}""", null)]
    [InlineData("$.category", """{"coding":[{"system":"COMPOSITION_CATEGORIES","code":"SICKNESS"}],"text":""}""",
        "Invalid request format: $.category.text expected value to have a minimum length of 1 but was 0")]
    [InlineData("$.type", """{"coding":[{"system":"nothing","code":"TEMP_DISABILITY"}],"text":""}""",
        "Invalid request format: $.type.text expected value to have a minimum length of 1 but was 0")]
    [InlineData(
        "$.event",
        """[{"code":{"coding":[{"system":"COMPOSITION_EVENTS","code":"COMPOSITION_VALIDITY_PERIOD"}],"text":""},"period":{"start":"2026-03-02T00:00:01Z","end":"2026-03-06T20:59:59Z"}}]""",
        "Invalid request format: $.event[0].code.text expected value to have a minimum length of 1 but was 0")]
    [InlineData(
        "$.section",
        """{"focus":{"type":{"coding":[{"system":"resources","code":"person"}]},"value":"8b4f7a52-2f43-4b0a-9d57-3a0a0f6f1c11"}}""", null)]
    [InlineData(
        "$.event",
        """[{"code":{"coding":[{"system":"COMPOSITION_EVENTS","code":"COMPOSITION_VALIDITY_PERIOD"}]},"period":{"start":"2026-03-02","end":"2026-03-06T20:59:59Z"}}]""", null)]
    [InlineData(
        "$.event",
        """[{"code":{"coding":[{"system":"COMPOSITION_EVENTS","code":"COMPOSITION_VALIDITY_PERIOD"}]},"period":{"start":"0001-01-01T00:00:00+14:00"}}]""", null)]
    [InlineData(
        "$.relatesTo",
        """{"code":"replaces","targetIdentifier":{"type":{"coding":[{"system":"eHealth/resources","code":"encounter"}]},"value":"8b4f7a52-2f43-4b0a-9d57-3a0a0f6f1c11"}}""", null)]
    [InlineData("$.relatesTo", "null", "Invalid request format: $.relatesTo type mismatch. Expected object but got null")]
    [InlineData("$.extension", "null", "Invalid request format: $.extension type mismatch. Expected array but got null")]
    [InlineData("$.relatesTo", """{"code":"replaces"}""",
        "Invalid request format: $.relatesTo.targetIdentifier required property targetIdentifier was not present")]
    [InlineData("$.extension", "{}", null)]
    public async Task Shape(string path, string? value, string? message)
    {
        var given = await CompositionCase.Disability(registry);
        Coding(given, "type")["system"] = "nothing";
        if (value is null)
            given.Body.Remove(path[2..]);
        else
            given.Body[path[2..]] = JsonNode.Parse(value);

        var answer = await given.Create();

        Assert.Equal(400, answer.Status);
        var error = answer.Json.GetProperty("error");
        Assert.Equal((400, "INVALID_REQUEST_FORMAT"), (error.GetProperty("code").GetInt32(), error.GetProperty("name").GetString()));
        Assert.StartsWith(message ?? $"Invalid request format: {path}", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A body that is not an object, not JSON or too deep is refused in the MC shape")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{\"type\":1,\"type\":2}")]
    public async Task NotAnObject(string body)
    {
        var given = await CompositionCase.Disability(registry);

        var answer = await registry.Send("POST", CompositionCase.Path, given.Credential, body);

        Assert.Equal((400, "INVALID_REQUEST_FORMAT"), (answer.Status, answer.Json.GetProperty("error").GetProperty("name").GetString()));
        Assert.StartsWith(
            "Invalid request format", answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "An empty text of a resource is accepted, as is one that is not empty anywhere; ids may be in upper case")]
    public async Task Lenient()
    {
        var given = await CompositionCase.Disability(registry);
        given.Body["category"]!["text"] = "Захворювання";
        given.Body["subject"]!["type"]!["text"] = "пацієнт";
        foreach (var resource in new[] { given.Body["encounter"], given.Body["author"], given.Body["section"]!["focus"] })
            resource!["type"]!["text"] = "";
        given.Body["subject"]!["value"] = given.Subject.ToString().ToUpperInvariant();

        (await given.Create()).Succeeded();

        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM background_tasks WHERE key = $1", given.Subject));
    }

    [Fact(DisplayName = "A category that the dictionary no longer allows is refused")]
    public async Task DictionaryIsAsked()
    {
        var given = await CompositionCase.Disability(registry);
        Coding(given, "category")["code"] = "PROSTHETIC";
        var own = new Registry(cluster);
        await own.InitializeAsync();
        try
        {
            await own.Execute("UPDATE dictionary_values SET is_active = false WHERE code = 'PROSTHETIC'");
            var there = await CompositionCase.Disability(own);
            Coding(there, "category")["code"] = "PROSTHETIC";
            (await there.Create()).IsMcRefusal(400, 1161, "COMPOSITION_CATEGORY_CODE_INVALID", "Invalid composition category code");
        }
        finally
        {
            await own.DisposeAsync();
        }
        (await given.Create()).Succeeded();
    }

    [Fact(DisplayName = "A token without composition:create is refused with the scope named")]
    public async Task Scope()
    {
        var given = await CompositionCase.Disability(registry);

        var answer = await registry.Send("POST", CompositionCase.Path,
            await registry.Given.Token(given.Provider, "composition:read composition:sign composition:cancel composition:search"),
            given.Body.ToJsonString());

        answer.IsMcRefusal(
            403, 403, "FORBIDDEN", "Your scope does not allow to access this resource. Missing allowances: composition:create");
    }

    private static JsonObject Coding(CompositionCase it, params string[] path) =>
        (JsonObject)path.Aggregate((JsonNode)it.Body, (node, member) => node[member]!)["coding"]![0]!;

    private static async Task<Guid> JobOf(Task<Answer> answer) => (await answer).Succeeded().Data.GetProperty("id").GetGuid();
}
