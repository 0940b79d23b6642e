using System.Text.Json.Nodes;

namespace Esoz.Tests.Compositions;

/// <summary>
/// A doctor of a legal entity, a patient and a finished encounter of both with a diagnosis: all that is needed to create a composition.
/// A test breaks what it is about, in the rows or in the body.
/// </summary>
public sealed class CompositionCase
{
    public const string Path = "/api/patients/composition";
    public const string Scope = "composition:create composition:read composition:sign composition:cancel composition:search";

    private readonly Registry _registry;

    private CompositionCase(Registry registry) => _registry = registry;

    public required Guid Provider { get; init; }
    public required Guid User { get; init; }
    public required Guid Party { get; init; }
    public required Guid Author { get; init; }
    public required Guid Subject { get; init; }
    public required Guid Focus { get; init; }
    public required Guid Episode { get; init; }
    public required Guid Encounter { get; init; }
    public required Credential Credential { get; set; }
    public required JsonObject Body { get; init; }

    /// <summary>МВТН of a sick person, 2 to 6 March 2026.</summary>
    /// <param name="provider">Legal entity of the doctor; a new one when it is null.</param>
    public static Task<CompositionCase> Disability(Registry registry, string subjectKind = "person", Guid? provider = null) =>
        Of(registry, newborn: false, subjectKind, provider);

    /// <summary>МВН: a preperson born on 2 March 2026, about its mother.</summary>
    public static Task<CompositionCase> Newborn(Registry registry) => Of(registry, newborn: true, "preperson", null);

    /// <summary>Gives the doctor a new token: the former one ends with the employment or with the legal entity.</summary>
    public async Task SignInAgain() => Credential = await _registry.Given.Token(Provider, Scope, User);

    public Task<Answer> Create() => _registry.Send("POST", Path, Credential, Body.ToJsonString());

    public Task<Answer> Status(Guid job) => _registry.Send("GET", $"{Path}/job/{job}", Credential);

    /// <summary>Creates and waits until the job has ended; returns the answer of getAsyncJobStatus.</summary>
    public async Task<Answer> CreateAndWait() => await Ended((await Create()).Succeeded().Data.GetProperty("id").GetGuid());

    public async Task<Answer> Ended(Guid job)
    {
        Answer? answer = null;
        await Eventually.Holds(
            async () => (answer = (await Status(job)).Succeeded()).Data.GetProperty("status").GetString() != "PENDING",
            () => $"Still pending: {answer?.Text}");
        return answer!;
    }

    /// <summary>Creates a draft from the body; returns its id.</summary>
    public async Task<Guid> Draft()
    {
        var job = (await CreateAndWait()).Data;
        Assert.True(job.GetProperty("status").GetString() == "DONE", job.GetRawText());
        return Guid.Parse(job.GetProperty("links")[0].GetProperty("href").GetString()!["composition/".Length..]);
    }

    /// <summary>The answer of getComposition.</summary>
    public Task<Answer> Get(Guid composition, Credential? credential = null) =>
        _registry.Send(
            "GET", $"/api/patients/{Subject}/composition/{composition}/episode/{Episode}/encounter/{Body["encounter"]!["value"]}",
            credential ?? Credential);

    /// <summary>The composition as getComposition shows it: what its author signs.</summary>
    public async Task<string> Shown(Guid composition) => (await Get(composition)).Succeeded().Data.GetRawText();

    /// <summary>Sends an order (sign or cancel) about the composition.</summary>
    public Task<Answer> Send(string order, Guid composition, byte[] container, Credential? credential = null) =>
        _registry.Send("PATCH", $"{Path}/{composition}/{order}", credential
            ?? Credential, new JsonObject { ["data"] = Convert.ToBase64String(container) }.ToJsonString());

    /// <summary>The same, and waits until the job has ended; returns the answer of getAsyncJobStatus.</summary>
    public async Task<Answer> SendAndWait(string order, Guid composition, byte[] container, Credential? credential = null) =>
        await Ended((await Send(order, composition, container, credential)).Succeeded().Data.GetProperty("id").GetGuid());

    /// <summary>Puts another finished encounter of the same patient and doctor into the body; returns its id.</summary>
    public async Task<Guid> AnotherEncounter()
    {
        var id = await EncounterOf(
            _registry, Episode, Body["subject"]!["type"]!["coding"]![0]!["code"]!.GetValue<string>(), Subject, Provider, Author);
        Body["encounter"]!["value"] = id.ToString();
        return id;
    }

    /// <summary>Inserts an existing composition of the case's subject; returns its id.</summary>
    public Task<Guid> Existing(
        string start, string? end, string status = "FINAL", string category = "SICKNESS", string type = "TEMP_DISABILITY",
        string date = "2026-01-01T00:00:00Z",
        Guid? relatesTo = null, string subjectType = "person", Guid? subject = null, string? cancelReason = null,
        DateTime? cancelledAt = null,
        string relation = "appends", DateTime? signedAt = null) =>
        _registry.Given.Insert("compositions", new()
        {
            ["status"] = status,
            ["type"] = type,
            ["category"] = category,
            ["title"] = Esoz.Compositions.CompositionTitle.Next(),
            ["date"] = DateTime.Parse(date).ToUniversalTime(),
            ["subject_type"] = subjectType,
            ["subject_id"] = subject ?? Subject,
            ["focus_type"] = "person",
            ["focus_id"] = Focus,
            ["episode_id"] = Episode,
            ["encounter_id"] = Encounter,
            ["author_id"] = Author,
            ["custodian_id"] = Provider,
            ["period_start"] = DateTime.Parse($"{start}T00:00:01Z").ToUniversalTime(),
            ["period_end"] = end is null ? null : DateTime.Parse($"{end}T20:59:59Z").ToUniversalTime(),
            ["relates_to_code"] = relatesTo is null ? null : relation,
            ["relates_to_id"] = relatesTo,
            ["signed_at"] = signedAt,
            ["signed_content_key"] = signedAt is null ? null : "key",
            ["cancelled_at"] = cancelledAt,
            ["cancel_content_key"] = cancelledAt is null ? null : "key",
            ["cancel_reason_code"] = cancelReason,
            ["cancel_reason_text"] = cancelledAt is null ? null : "Обрано хибно",
        });

    /// <summary>The case's preperson turns out to be this person.</summary>
    public Task<int> IdentifyAs(Guid? person) => _registry.Execute("UPDATE prepersons SET person_id = $2 WHERE id = $1", Subject, person);

    public void Period(string start, string? end)
    {
        var period = Body["event"]![0]!["period"]!;
        period["start"] = $"{start}T00:00:01Z";
        period["end"] = end is null ? null : $"{end}T20:59:59Z";
    }

    public void Extend(string code, string member, JsonNode value)
    {
        if (Body["extension"] is not JsonArray extensions)
            Body["extension"] = extensions = [];
        extensions.Add(new JsonObject { ["valueCode"] = code, [member] = value });
    }

    public void RelateTo(Guid target, string code = "replaces") =>
        Body["relatesTo"] = new JsonObject { ["code"] = code, ["targetIdentifier"] = Reference("composition", target) };

    public static JsonObject Reference(string kind, Guid id) =>
        new() { ["type"] = Concept("eHealth/resources", kind), ["value"] = id.ToString() };

    public static JsonObject Concept(string system, string code) =>
        new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };

    public static Task<Guid> Person(Registry registry, string status = "active") => registry.Given.Insert("persons", new()
    {
        ["status"] = status,
        ["birth_date"] = new DateOnly(1990, 8, 24),
        ["gender"] = "FEMALE",
    });

    public static Task<Guid> Preperson(Registry registry, string status = "active", Guid? person = null) =>
        registry.Given.Insert("prepersons", new() { ["status"] = status, ["person_id"] = person });

    /// <param name="person">The person that the preperson was identified as.</param>
    public Task<Guid> Preperson(Guid? person) => Preperson(_registry, person: person);

    public static Task<Guid> AuthenticationMethod(Registry registry, Guid person, bool isActive = true) =>
        registry.Given.Insert("authentication_methods", new()
        {
            ["person_id"] = person,
            ["type"] = "OTP",
            ["phone_number"] = "+380000000001",
            ["is_active"] = isActive,
        });

    private static async Task<CompositionCase> Of(Registry registry, bool newborn, string subjectKind, Guid? ofProvider)
    {
        var given = registry.Given;
        var provider = ofProvider ?? await given.Provider();
        var user = Guid.NewGuid();
        var party = await given.Party(user: user);
        var author = await given.Employee(provider, party, type: "SPECIALIST", position: "P34");
        var subject = subjectKind == "person" ? await Person(registry) : await Preperson(registry);
        var focus = newborn ? await Person(registry) : subject;
        var episode = await given.Insert("episodes", new()
        {
            ["patient_type"] = subjectKind,
            ["patient_id"] = subject,
            ["managing_legal_entity_id"] = provider,
            ["status"] = "active",
        });
        var encounter = await EncounterOf(registry, episode, subjectKind, subject, provider, author);
        var made = new CompositionCase(registry)
        {
            Provider = provider,
            User = user,
            Party = party,
            Author = author,
            Subject = subject,
            Focus = focus,
            Episode = episode,
            Encounter = encounter,
            Credential = await given.Token(provider, Scope, user),
            Body = new JsonObject
            {
                ["type"] = Concept("COMPOSITION_TYPES", newborn ? "NEWBORN" : "TEMP_DISABILITY"),
                ["category"] = Concept("COMPOSITION_CATEGORIES", newborn ? "LIVE_BIRTH" : "SICKNESS"),
                ["event"] = new JsonArray(new JsonObject
                {
                    ["code"] = Concept("COMPOSITION_EVENTS", "COMPOSITION_VALIDITY_PERIOD"),
                    ["period"] = new JsonObject { ["start"] = "2026-03-02T00:00:01Z", ["end"] = newborn ? null : "2026-03-06T20:59:59Z" },
                }),
                ["subject"] = Reference(subjectKind, subject),
                ["encounter"] = Reference("encounter", encounter),
                ["author"] = Reference("employee", author),
                ["section"] = new JsonObject { ["focus"] = Reference(newborn ? "person" : subjectKind, focus) },
            },
        };
        if (newborn)
        {
            made.Extend("NEWBORN_BIRTH_DATE", "valueDate", "2026-03-02");
            made.Extend("NEWBORN_SEX", "valueString", "FEMALE");
        }
        return made;
    }

    private static async Task<Guid> EncounterOf(
        Registry registry, Guid episode, string subjectKind, Guid subject, Guid provider, Guid author)
    {
        var id = await registry.Given.Insert("encounters", new()
        {
            ["episode_id"] = episode,
            ["patient_type"] = subjectKind,
            ["patient_id"] = subject,
            ["legal_entity_id"] = provider,
            ["performer_employee_id"] = author,
            ["status"] = "finished",
        });
        await registry.Given.Insert(
            "conditions", new() { ["encounter_id"] = id, ["code_system"] = "eHealth/ICD10_AM/condition_codes", ["code"] = "J06.9" });
        return id;
    }
}
