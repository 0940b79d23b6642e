using System.Diagnostics.Metrics;
using Esoz.BulkExport;
using Esoz.Compositions;
using Esoz.Contracts;
using Esoz.EmployeeRoles;
using Esoz.Employees;
using Esoz.Events;
using Esoz.MediaStorage;
using Esoz.Parties;
using Esoz.Platform.Access;
using Esoz.Platform.Http;
using Esoz.Platform.Journal;
using Esoz.Platform.Storage;
using Esoz.Tests.BulkExport;
using Esoz.Tests.Compositions;
using Esoz.Tests.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Tests.Platform.Journal;

/// <summary>The access journal (platform §13a): one row per request for personal data, per write, per download and per refusal.</summary>
public sealed class AccessJournalTests(AccessJournalTests.Journaled registry) : IClassFixture<AccessJournalTests.Journaled>
{
    private const string SecretName = "Потаємченко";
    private const string SecretTaxId = "3126509816";

    private static readonly string[] Columns =
        ["id", "inserted_at", "client_id", "user_id", "connection_id", "connection_client_id", "method_id", "object_ids", "person_id",
            "party_id", "status", "rule", "code", "seen", "request_id", "address"];

    private Given Given => registry.Given;

    /// <summary>A registry behind a proxy on this machine, with a limit that no other test of the class reaches.</summary>
    public sealed class Journaled(TestCluster cluster, Storage.RadosGateway gateway) : BulkRegistry(cluster, gateway)
    {
        protected override Dictionary<string, string> Configuration =>
            new(base.Configuration) { ["ESOZ_TRUSTED_PROXIES"] = "127.0.0.1" };
    }

    [Fact(DisplayName = "12 reads and 9 refusals leave 21 rows that tell who asked for whom, with what outcome, and nothing that was sent")]
    public async Task Story()
    {
        var before = await registry.Scalar<long>("SELECT count(*) FROM access_journal");
        var composition = await CompositionCase.Disability(registry);
        var (clinic, user, party, doctor) = (composition.Provider, composition.User, composition.Party, composition.Author);
        await registry.Execute("UPDATE parties SET last_name = $2, tax_id = $3 WHERE id = $1", party, SecretName, SecretTaxId);
        var token = await Given.Token(clinic,
            "employee:read employee:details employee_role:read composition:read composition:search", user);
        var role = await Given.EmployeeRole(clinic);
        var holder = await registry.Scalar<Guid>("SELECT employee_id FROM employee_roles WHERE id = $1", role);
        var conclusion = await composition.Existing("2026-03-02", "2026-03-06");
        var nhsUser = Guid.NewGuid();
        var nhs = await Given.Nhs(user: nhsUser);
        var contractEmployee = await Given.ContractEmployee(await Given.Contract(clinic), doctor);
        var mis = await registry.Mis();
        var pisKey = await Given.ApiKey("PIS");
        await registry.Build();
        var story = new List<(Answer Answer, JournalRow Row)>();

        // Reads
        var read = new JournalRow { ClientId = clinic, UserId = user, MethodId = GetEmployee.Card.Id, Status = 200, RequestId = "" };
        await Add("GET", $"/api/employees/{doctor}", token, read with { ObjectIds = [doctor, party], PartyId = party });
        await Add("HEAD", $"/api/employees/{doctor}", token, read with { ObjectIds = [doctor, party], PartyId = party });
        await Add("GET", $"/api/employees?tax_id={SecretTaxId}", token,
            read with { MethodId = GetEmployees.Card.Id, ObjectIds = [doctor, party], PartyId = party });
        await Add("GET", $"/api/employees?legal_entity_id={clinic}", token,
            read with { MethodId = GetEmployees.Card.Id, ObjectIds = [clinic, .. await StaffOf(clinic)] });
        await Add("GET", $"/api/employee_roles/{role}", token,
            read with { MethodId = GetEmployeeRole.Card.Id, ObjectIds = [role, holder] });
        await Add("GET", "/api/employee_roles", token, read with { MethodId = GetEmployeeRoles.Card.Id, ObjectIds = [role, holder] });
        var patient = read with { MethodId = GetComposition.Card.Id, PersonId = composition.Subject };
        await Add("GET",
            $"/api/patients/{composition.Subject}/composition/{conclusion}/episode/{composition.Episode}/encounter/{composition.Encounter}",
            token, patient with
            {
                ObjectIds = [composition.Subject, conclusion, composition.Episode, composition.Encounter, composition.Focus],
            });
        await Add("GET", $"/api/patients/searchComposition?subject={composition.Subject}", token,
            patient with { MethodId = SearchCompositions.Card.Id, ObjectIds = [composition.Subject, conclusion, composition.Focus] });
        var nobody = Guid.NewGuid();
        await Add("GET", $"/api/patients/searchComposition?subject={nobody}", token,
            patient with { MethodId = SearchCompositions.Card.Id, ObjectIds = [nobody], PersonId = nobody });
        await Add("GET", $"/api/admin/contract_employees/{contractEmployee}", nhs, (await OfToken(nhs)) with
        {
            UserId = nhsUser,
            MethodId = GetContractEmployee.Card.Id,
            ObjectIds = [contractEmployee, doctor],
        });
        await Add("GET", $"{EventCase.Path}?date=2026-01-01T00:00:00", mis,
            (await OfToken(mis)) with { MethodId = GetEvents.Card.Id });
        await Add("GET", "/api/pis/bulk/employees", new(ApiKey: pisKey),
            (await OfKey(pisKey)) with { MethodId = GetEmployeesBulk.Card.Id });

        // Refusals
        var refused = new JournalRow { MethodId = GetEmployee.Card.Id, Status = 401, Code = "access_denied", RequestId = "" };
        await Add("GET", $"/api/people/{nobody}?tax_id={SecretTaxId}", null, refused with
        {
            MethodId = "unknown",
            Status = 404,
            Rule = "platform 2",
            Code = "not_found",
            Seen = "GET matches no method",
        });
        await Add("GET", $"/api/employees/{doctor}", null,
            refused with { Rule = "platform 3b", Seen = "Authorization: not sent", ObjectIds = [doctor] });
        await Add("GET", $"/api/employees/{doctor}", new("unknown-token"), refused with
        {
            Rule = "platform 5b",
            ObjectIds = [doctor],
            Seen = "token: unknown, expired, without scopes, or its client or user is blocked",
        });
        var known = refused with { ClientId = clinic, UserId = user };
        await Add("PATCH", $"/api/employees/{doctor}/actions/deactivate", token, known with
        {
            MethodId = DeactivateEmployee.Card.Id,
            Status = 403,
            Rule = "platform 7",
            Code = "forbidden",
            ObjectIds = [doctor],
            Seen = "employee:deactivate: missing",
        });
        await Add("GET", $"/api/employees/{nobody}", token, known with
        {
            Status = 404,
            Rule = GetEmployee.Card.Validations[0].Number,
            Code = "not_found",
            ObjectIds = [nobody],
        });
        await Add("GET", "/api/employees?status=CLOSED", token,
            known with { MethodId = GetEmployees.Card.Id, Status = 422, Rule = "query", Code = "validation_failed" });
        await Add("GET", "/api/admin/contract_employees", nhs with { Token = null }, (await OfKey(nhs.ApiKey!)) with
        {
            MethodId = GetContractEmployees.Card.Id,
            Status = 401,
            Rule = "platform 6a/1",
            Code = "access_denied",
            Seen = "Authorization: not sent",
        });
        await Add("GET", $"/api/patients/{composition.Subject}/composition/{nobody}/episode/{nobody}/encounter/{nobody}", token, known with
        {
            MethodId = GetComposition.Card.Id,
            Status = 404,
            Rule = "1",
            Code = "1000",
            ObjectIds = [composition.Subject, nobody],
            PersonId = composition.Subject,
        });
        await Add("GET", $"/api/patients/composition/job/{nobody}", token, known with
        {
            MethodId = GetAsyncJobStatus.Card.Id,
            Status = 404,
            Rule = GetAsyncJobStatus.Card.Validations[^1].Number,
            Code = "404",
            ObjectIds = [nobody],
        });

        Assert.Equal((12, 9), (story.Count(it => it.Answer.Status == 200), story.Count(it => it.Answer.Status != 200)));
        foreach (var (answer, expected) in story)
        {
            var entry = await registry.Entry(answer);
            var wanted = expected with { RequestId = answer.RequestId(), Address = "127.0.0.1" };
            Assert.Equal(wanted with { ObjectIds = [] }, RowOf(entry) with { ObjectIds = [] });
            Assert.Equal(expected.ObjectIds.Distinct().Order(), entry.ObjectIds.Order());
        }
        Assert.Equal(before + 21, await registry.Scalar<long>("SELECT count(*) FROM access_journal"));

        // Personal data and secrets
        Assert.Equal(Columns, (await registry.Rows("SELECT * FROM access_journal LIMIT 1"))[0].Keys);
        Assert.Equal(0, await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal row WHERE row::text LIKE ANY (ARRAY['%' || $1 || '%', '%' || $2 || '%', '%' || $3 || '%'])",
            SecretName, SecretTaxId, token.Token));

        async Task Add(string verb, string path, Credential? credential, JournalRow row) =>
            story.Add((await registry.Send(verb, path, credential), row));
    }

    [Fact(DisplayName = "Of a patient: also as the preperson of before; of an employee: by party and by employee; nothing of others")]
    public async Task WhoSawMe()
    {
        var given = await CompositionCase.Disability(registry, "preperson");
        var conclusion = await given.Existing("2026-03-02", "2026-03-06", subjectType: "preperson");
        var person = (await CompositionCase.Disability(registry)).Subject;
        (await given.Get(conclusion)).Succeeded();
        var other = await CompositionCase.Disability(registry);
        (await other.Get(await other.Existing("2026-03-02", "2026-03-06"))).Succeeded();
        await given.IdentifyAs(person);
        var token = await Given.Token(given.Provider, "employee:details");
        (await registry.Send("GET", $"/api/employees/{given.Author}", token)).Succeeded();

        Assert.Equal([GetComposition.Card.Id], await MethodsAbout(person));
        Assert.Equal([GetComposition.Card.Id], await MethodsAbout(given.Subject));
        Assert.Equal([GetEmployee.Card.Id], await MethodsAbout(given.Party));
        Assert.Equal([GetEmployee.Card.Id], await MethodsAbout(given.Author));

        async Task<IEnumerable<string>> MethodsAbout(Guid id) =>
            (await registry.Entries(new() { ObjectIds = await PersonIds.Of(registry.Database, id, TestContext.Current.CancellationToken) }))
                .Select(entry => entry.MethodId);
    }

    [Fact(DisplayName = "A write has one row with its own id and those of the body; repeated with its Idempotency-Key one row more; a media link one")]
    public async Task Writes()
    {
        var nhs = await Given.Nhs();
        var contractor = await Given.LegalEntity();
        var (employee, division, contract) =
            (await Given.Employee(contractor), await Given.Division(contractor), await Given.Contract(contractor));
        var body = $$"""{"staff_units":1,"declaration_limit":2000,"employee_id":"{{employee}}","division_id":"{{division}}","contract_id":"{{contract}}","start_date":"2026-01-01T00:00:00Z"}""";
        (string, string)[] key = [(Idempotency.Header, $"{Guid.NewGuid()}")];

        var created = (await registry.Send("POST", "/api/admin/contract_employees", nhs, body, key)).Succeeded(201);
        var id = created.Data.GetProperty("id").GetGuid();
        var repeated = (await registry.Send("POST", "/api/admin/contract_employees", nhs, body, key)).Succeeded(201);
        var refused = await registry.Send("POST", "/api/admin/contract_employees", nhs, body.Replace($"{employee}", $"{Guid.Empty}"));
        var link = (await registry.Send("POST", "/api/admin/contracts/media_storage/generate_url", nhs,
            $$"""{"action":"GET","resource_id":"{{contract}}","resource_name":"{{SecretName}}.p7s"}""")).Succeeded();

        Assert.Equal(new[] { employee, division, contract, id }.Order(), (await registry.Entry(created)).ObjectIds.Order());
        Assert.Equal((201, CreateContractEmployee.Card.Id),
            ((await registry.Entry(created)).Status, (await registry.Entry(created)).MethodId));
        Assert.Equal(201, (await registry.Entry(repeated)).Status);
        Assert.Equal(new[] { Guid.Empty, division, contract }.Order(), (await registry.Entry(refused)).ObjectIds.Order());
        Assert.Equal((GenerateMediaStorageUrl.Card.Id, 200), ((await registry.Entry(link)).MethodId, (await registry.Entry(link)).Status));
        Assert.Equal([contract, LinkId.Of(link.Data.GetProperty("url").GetString()!)], (await registry.Entry(link)).ObjectIds);
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM access_journal row WHERE row::text LIKE '%' || $1 || '%'", SecretName));
    }

    [Fact(DisplayName = "A BROKER's row names the api-key and its owner; the address is the one that the trusted proxy adds, whatever the client claims")]
    public async Task Broker()
    {
        var clinic = await Given.Provider(access: "BROKER");
        var token = (await Given.Token(clinic, "employee_role:read")) with { ApiKey = await Given.ApiKey("MIS", brokerScope: "employee_role:read") };
        var key = await OfKey(token.ApiKey!);

        var answer = (await registry.Send("GET", "/api/employee_roles", token, null, ("X-Forwarded-For", "6.6.6.6, 198.51.100.7"))).Succeeded();

        var entry = await registry.Entry(answer);
        Assert.Equal((clinic, key.ConnectionId, key.ConnectionClientId, "198.51.100.7"),
            (entry.ClientId, entry.ConnectionId, entry.ConnectionClientId, entry.Address));
    }

    [Fact(DisplayName = "Reads without personal data leave no row; not modified downloads and parts of downloads leave one each")]
    public async Task WithoutPersonalData()
    {
        var token = await Given.Token(await Given.Provider(), "division:read");
        var answer = (await registry.Send("GET", "/api/divisions", token)).Succeeded();
        Assert.Empty(await registry.Entries(new() { RequestId = answer.RequestId() }));

        var key = new Credential(ApiKey: await Given.ApiKey("PIS"));
        await Given.EmployeeRole(await Given.Provider());
        await registry.Build();
        (string, string) lines = ("Accept", "application/x-ndjson");
        var whole = (await registry.Send("GET", "/api/pis/bulk/employees", key, null, lines)).Succeeded();
        var same = await registry.Send("GET", "/api/pis/bulk/employees", key, null, lines, ("If-None-Match", $"{whole.Headers.ETag}"));
        var part = await registry.Send("GET", "/api/pis/bulk/employees", key, null, lines, ("Range", "bytes=0-0"));
        var manifest = await registry.Send("GET", GetBulkExportManifest.Card.Path, key);

        Assert.Equal([200, 304, 206, 200], new[] { whole, same, part, manifest }.Select(it => it.Status));
        foreach (var download in new[] { whole, same, part, manifest })
            Assert.Equal(download.Status, (await registry.Entry(download)).Status);
    }

    [Fact(DisplayName = "32 clients at once: every answer has its row, and each row is of its own request")]
    public async Task Concurrent()
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
        {
            var clinic = await Given.Provider();
            return (Clinic: clinic, Token: await Given.Token(clinic, "employee_role:read"), Role: await Given.EmployeeRole(clinic));
        }));

        var answers = await Task.WhenAll(clients.Select(async client =>
        {
            var ids = new List<string>();
            for (var i = 0; i < 10; i++)
                ids.Add((await registry.Send("GET", $"/api/employee_roles/{client.Role}", client.Token)).Succeeded().RequestId());
            return ids;
        }));

        foreach (var (client, ids) in clients.Zip(answers))
        {
            var entries = await registry.Entries(new() { ClientId = client.Clinic });
            Assert.Equal(ids.Order(), entries.Select(entry => entry.RequestId).Order());
            Assert.All(entries, entry => Assert.Contains(client.Role, entry.ObjectIds));
        }
    }

    [Fact(DisplayName = "Whoever has no credential cannot fill the journal: 100 refusals a second, the others are counted")]
    public async Task Strangers()
    {
        var clock = new StoppedClock();
        var meters = registry.Services.GetRequiredService<IMeterFactory>();
        var request = $"flood-{Guid.NewGuid()}";
        await using (var journal = new AccessJournal(registry.Database, clock, meters, NullLogger<AccessJournal>.Instance))
        {
            for (var i = 0; i < 1000; i++)
                journal.Note(new() { MethodId = "unknown", Status = 401, RequestId = request });
            await journal.Write(new() { MethodId = "known", Status = 200, RequestId = request, ClientId = Guid.NewGuid() });
        }

        Assert.Equal(
            [("known", 1), ("unknown", AccessJournal.StrangersPerSecond)],
            (await registry.Entries(new() { RequestId = request })).CountBy(entry => entry.MethodId)
                .Select(it => (it.Key, it.Value)).Order());
    }

    /// <summary>The employees of a legal entity, and the people behind them.</summary>
    private async Task<IEnumerable<Guid>> StaffOf(Guid legalEntity) =>
        (await registry.Rows("SELECT id, party_id FROM employees WHERE legal_entity_id = $1", legalEntity))
            .SelectMany(row => new[] { (Guid)row["id"]!, (Guid)row["party_id"]! });

    private async Task<JournalRow> OfKey(string key)
    {
        var row = Assert.Single(
            await registry.Rows("SELECT id, client_id FROM connections WHERE secret_hash = $1::bpchar", SecretHash.Of(key).Hex));
        return new()
        {
            ClientId = (Guid)row["client_id"]!,
            ConnectionId = (Guid)row["id"]!,
            ConnectionClientId = (Guid)row["client_id"]!,
            MethodId = "",
            Status = 200,
            RequestId = "",
        };
    }

    private async Task<JournalRow> OfToken(Credential credential)
    {
        var key = credential.ApiKey is { } secret ? await OfKey(secret) : new() { MethodId = "", Status = 200, RequestId = "" };
        var row = Assert.Single(await registry.Rows(
            "SELECT (details ->> 'client_id')::uuid AS client_id, user_id FROM tokens WHERE value_hash = $1::bpchar",
            SecretHash.Of(credential.Token!).Hex));
        return key with { ClientId = (Guid)row["client_id"]!, UserId = (Guid)row["user_id"]! };
    }

    private static JournalRow RowOf(JournalEntry it) => new()
    {
        ClientId = it.ClientId,
        UserId = it.UserId,
        ConnectionId = it.ConnectionId,
        ConnectionClientId = it.ConnectionClientId,
        MethodId = it.MethodId,
        ObjectIds = it.ObjectIds,
        PersonId = it.PersonId,
        PartyId = it.PartyId,
        Status = it.Status,
        Rule = it.Rule,
        Code = it.Code,
        Seen = it.Seen,
        RequestId = it.RequestId,
        Address = it.Address,
    };

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddDays(20_000);
    }
}
