using System.Text;
using Esoz.Platform.Access;
using Esoz.Tests.Compositions;
using Esoz.Tests.SignIn;

namespace Esoz.Tests.Scenarios;

/// <summary>
/// Every way in which access ends or is narrowed, against every way in which it is used: at the server's default cache of five seconds, and
/// in the queue, whose worker starts only when everything has ended.
/// </summary>
public sealed class EndOfAccessTests(EndOfAccessTests.Waiting registry) : IClassFixture<EndOfAccessTests.Waiting>
{
    /// <summary>The longest that a look-up of a token or key is remembered.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    /// <summary>
    /// <c>ok</c> = it reaches the method, or the order is carried out; <c>token</c>, <c>key</c> = 401 with the text about it;
    /// <c>scope</c> = 403; a number = the error of the job.
    /// <para>Tokens: a doctor's at a hospital, another's at a hospital that works through a MIS, one of an NHS client with the key of the
    /// same MIS. The bulk export is asked for with the key of a PIS.</para>
    /// <para>Sign-in: the access token of a session of the doctor, its refresh token, a code that was not exchanged yet, and a further consent
    /// by the form of the MIS; <c>gone</c> = the approval, <c>type</c>, <c>roles</c> = 422 with the text about them, <c>uri</c> = 401.</para>
    /// </summary>
    private const string Expected = """
        ending                     read   write  job    broker admin  link   bulk   session refresh code   consent create sign   cancel
        nothing                    ok     ok     ok     ok     ok     ok     ok     ok      ok      ok     ok      ok     ok     ok
        tokens revoked one by one  token  token  token  token  token  token  ok     token   token   ok     ok      ok     ok     ok
        tokens of users revoked    token  token  token  token  token  token  ok     token   token   token  token   ok     ok     ok
        tokens of clients revoked  token  token  token  token  token  token  ok     token   token   token  ok      ok     ok     ok
        tokens expired             token  token  token  token  token  token  ok     token   token   token  token   ok     ok     ok
        users blocked              token  token  token  token  token  token  ok     token   token   token  token   403    403    403
        users unblocked again      token  token  token  token  token  token  ok     token   token   token  token   ok     ok     ok
        clients blocked            token  token  token  token  key    key    key    token   key     key    token   403    403    403
        clients unblocked again    ok     ok     ok     ok     ok     ok     ok     ok      ok      ok     ok      ok     ok     ok
        scopes narrowed            scope  scope  scope  scope  scope  scope  scope  scope   gone    ok     type    403    403    403
        type changed               scope  scope  scope  scope  scope  scope  scope  scope   gone    ok     type    403    403    403
        broker scopes narrowed     ok     ok     ok     scope  scope  scope  ok     ok      ok      ok     ok      ok     ok     ok
        doctors dismissed          token  token  token  token  ok     ok     ok     token   token   token  roles   1820   1820   1820
        doctors hold another post  ok     ok     ok     ok     ok     ok     ok     ok      ok      ok     ok      1820   1820   1820
        hospitals closed           token  token  token  token  ok     ok     ok     token   token   token  roles   1820   1820   1820
        hospitals suspended        ok     ok     ok     ok     ok     ok     ok     ok      ok      ok     ok      ok     ok     ok
        api-keys revoked           ok     ok     ok     key    key    key    key    ok      ok      ok     ok      ok     ok     ok
        keys of clients revoked    ok     ok     ok     key    key    key    key    ok      ok      ok     ok      ok     ok     ok
        connections removed        ok     ok     ok     ok     key    key    ok     token   key     key    uri     ok     ok     ok
        """;

    private const string SignInScope = "employee:read";

    private static readonly string[] Head = Words(Expected.Split('\n')[0]);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "What ends reaches every living token, api-key and waiting order within five seconds, and nothing else does")]
    public async Task Matrix()
    {
        var worlds = new List<(string Ending, World World, Dictionary<string, string> Seen)>();
        foreach (var ending in Expected.Split('\n').Skip(1).Select(line => line[..27].Trim()))
        {
            var world = await NewWorld();
            foreach (var (use, outcome) in await Use(world))
                Assert.True(outcome == "ok", $"{use} before {ending}: {outcome}");
            await End(world, ending);
            worlds.Add((ending, world, []));
        }

        registry.Clock.Age(Remembered);
        foreach (var (_, world, seen) in worlds)
        {
            foreach (var (use, outcome) in await Use(world))
                seen[use] = outcome;
        }
        await registry.StartWorker();
        foreach (var (_, world, seen) in worlds)
        {
            foreach (var (order, job) in world.Orders)
                seen[order] = await OutcomeOf(job);
        }

        var table = new StringBuilder(Expected.Split('\n')[0]);
        foreach (var (ending, _, seen) in worlds)
            table.Append('\n').Append($"{ending,-27}{string.Concat(Head[1..].Select(use => seen[use].PadRight(Math.Max(7, use.Length + 1))))}".TrimEnd());
        Assert.Equal(Expected, table.ToString());
    }

    /// <summary>Users, clients and credentials of one row, with its orders in the queue.</summary>
    private sealed record World(
        CompositionCase Hospital, Credential Doctor, Guid Broker, Guid BrokerUser, Guid BrokerDoctor, Credential ByMis, Guid Mis,
        Guid Nhs, Guid NhsUser, Credential Admin, Guid Pis, Credential Bulk, SessionCase SignIn, Dictionary<string, Guid> Orders)
    {
        /// <summary>Tokens of the session, and the code of another one.</summary>
        public (string Access, string Refresh) Session { get; set; }

        public string Code { get; set; } = "";

        public Guid[] Hospitals => [Hospital.Provider, Broker];

        public Guid[] Doctors => [Hospital.Author, BrokerDoctor];

        public Guid[] Users => [Hospital.User, BrokerUser, NhsUser];

        /// <summary>Clients of the tokens.</summary>
        public Guid[] Clients => [.. Hospitals, Nhs];

        /// <summary>Owners of the api-keys.</summary>
        public Guid[] KeyOwners => [Mis, Pis];

        public string[] Tokens => [Doctor.Token!, ByMis.Token!, Admin.Token!, Session.Access];
    }

    private async Task<World> NewWorld()
    {
        var given = registry.Given;
        const string forOthers = "employee:read private_contracts:read private_contracts:write";
        var hospital = await CompositionCase.Disability(registry);
        var doctor = await given.Token(hospital.Provider, $"{CompositionCase.Scope} employee:read employee_role:write", hospital.User);
        var (broker, nhs, mis, pis, brokerUser, nhsUser) =
            (await given.Provider(access: "BROKER"), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await given.Client(nhs, "NHS");
        await given.Client(mis, "MIS", brokerScope: forOthers);
        await given.Client(pis, "PIS");
        var brokerDoctor = await given.Employee(broker, await given.Party(user: brokerUser), type: "SPECIALIST");
        foreach (var client in new[] { broker, nhs })
        {
            await given.Insert("connections", new()
            {
                ["client_id"] = client,
                ["consumer_id"] = mis,
                ["secret_hash"] = SecretHash.Of($"{client}").Hex,
            });
        }
        var key = await Key(mis);
        var signIn = await SessionCase.At(registry, hospital.Provider, hospital.User, mis);
        return new(hospital, doctor, broker, brokerUser, brokerDoctor,
            (await given.Token(broker, "employee:read", brokerUser)) with { ApiKey = key }, mis,
            nhs, nhsUser, (await given.Token(nhs, "private_contracts:read private_contracts:write", nhsUser)) with { ApiKey = key },
            pis, new(ApiKey: await Key(pis)), signIn, await Order(hospital))
        {
            Session = await signIn.Session(SignInScope),
            Code = await signIn.Code(SignInScope),
        };

        async Task<string> Key(Guid client) => (await registry.Registrar.IssueKey(client, TimeSpan.FromDays(1), Ct))!;
    }

    /// <summary>Orders of the doctor that wait: to create a draft, to sign another one, to cancel a third conclusion.</summary>
    private async Task<Dictionary<string, Guid>> Order(CompositionCase hospital)
    {
        var key = await registry.KeyOf(hospital);
        var draft = await hospital.Existing("2026-01-05", "2026-01-09", "PRELIMINARY");
        var final = await hospital.Existing("2026-02-02", "2026-02-06", signedAt: DateTime.UtcNow);
        return new()
        {
            ["create"] = JobOf(await hospital.Create()),
            ["sign"] = JobOf(await hospital.Send("sign", draft, registry.Signed(await hospital.Shown(draft), key))),
            ["cancel"] = JobOf(await hospital.Send("cancel", final, registry.Signed(SigningRegistry.Cancellation(final), key))),
        };

        static Guid JobOf(Answer answer) => answer.Succeeded().Data.GetProperty("id").GetGuid();
    }

    private async Task End(World it, string ending)
    {
        var registrar = registry.Registrar;
        switch (ending)
        {
            case "nothing":
                break;
            case "tokens revoked one by one":
                await Each(it.Tokens, token => registrar.RevokeToken(token, Ct));
                break;
            case "tokens of users revoked":
                await Each(it.Users, async user => await registrar.RevokeTokens(null, null, user, Ct) > 0);
                break;
            case "tokens of clients revoked":
                await Each(it.Clients, async client => await registrar.RevokeTokens(null, client, null, Ct) > 0);
                break;
            case "tokens expired":
                await registry.Execute(
                    "UPDATE tokens SET expires_at = floor(extract(epoch FROM now())) - 1 WHERE user_id = ANY ($1)", it.Users);
                break;
            case "users blocked":
                await Each(it.Users, user => registrar.BlockUser(user, "test", Ct));
                break;
            case "users unblocked again":
                await Each(it.Users, user => registrar.BlockUser(user, "test", Ct));
                await Each(it.Users, user => registrar.UnblockUser(user, Ct));
                break;
            case "clients blocked":
                await Each([.. it.Clients, .. it.KeyOwners], client => registrar.BlockClient(client, "test", Ct));
                break;
            case "clients unblocked again":
                await Each([.. it.Clients, .. it.KeyOwners], client => registrar.BlockClient(client, "test", Ct));
                await Each([.. it.Clients, .. it.KeyOwners], client => registrar.UnblockClient(client, Ct));
                break;
            case "scopes narrowed":
                await Each([.. it.Clients, it.Pis],
                    client => registrar.Register(new(client, "MSP", null, "employee:details", null, null), Ct));
                break;
            case "type changed":
                await Each(it.Clients, client => registrar.Register(Without(client, "PIS"), Ct));
                Assert.True(await registrar.Register(Without(it.Pis, "NHS"), Ct));
                break;
            case "broker scopes narrowed":
                Assert.True(await registrar.Register(new(it.Mis, "MIS", null, null, null, "employee_role:read"), Ct));
                break;
            case "doctors dismissed":
                await Dismiss(it);
                break;
            case "doctors hold another post":
                await registry.Execute("""
                    INSERT INTO employees (id, legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_at, inserted_by)
                    SELECT gen_random_uuid(), legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_at, inserted_by
                      FROM employees WHERE id = ANY ($1)
                    """, it.Doctors);
                await Dismiss(it);
                break;
            case "hospitals closed":
                var nhs = await registry.Given.Nhs("legal_entity:deactivate");
                foreach (var hospital in it.Hospitals)
                    (await registry.Send("PATCH", $"/api/legal_entities/{hospital}/actions/deactivate", nhs)).Succeeded();
                break;
            case "hospitals suspended":
                await registry.Execute("UPDATE legal_entities SET status = 'SUSPENDED' WHERE id = ANY ($1)", it.Hospitals);
                break;
            case "api-keys revoked":
                await Each([it.ByMis.ApiKey!, it.Bulk.ApiKey!], key => registrar.RevokeKey(key, Ct));
                break;
            case "keys of clients revoked":
                await Each(it.KeyOwners, async client => await registrar.RevokeKeys(null, client, Ct) > 0);
                break;
            case "connections removed":
                await registry.Execute(
                    "UPDATE connections SET expires_at = now() WHERE consumer_id = $1 AND client_id <> consumer_id", it.Mis);
                break;
            default:
                Assert.Fail(ending);
                break;
        }

        static ClientRegistration Without(Guid client, string type) => new(client, type, null, null, null, null) { WithoutScopes = true };
    }

    private static async Task Each<T>(IEnumerable<T> all, Func<T, Task<bool>> end)
    {
        foreach (var one in all)
            Assert.True(await end(one));
    }

    private async Task Dismiss(World it)
    {
        foreach (var (hospital, doctor) in it.Hospitals.Zip(it.Doctors))
        {
            // The MIS may not do this for its provider.
            await registry.Execute("UPDATE clients SET access_type = 'DIRECT' WHERE id = $1", hospital);
            (await registry.Send("PATCH", $"/api/employees/{doctor}/actions/deactivate",
                await registry.Given.Token(hospital, "employee:deactivate"), """{"status":"STOPPED","end_date":"2026-03-31"}""")).Succeeded();
        }
        await registry.Execute("UPDATE clients SET access_type = 'BROKER' WHERE id = $1", it.Broker);
    }

    private async Task<List<(string Use, string Outcome)>> Use(World it) =>
    [
        ("read", await Send("GET", "/api/employees", it.Doctor)),
        ("write", await Send("PATCH", $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate", it.Doctor)),
        ("job", await Send("GET", $"/api/patients/composition/job/{it.Orders["sign"]}", it.Doctor)),
        ("broker", await Send("GET", "/api/employees", it.ByMis)),
        ("admin", await Send("GET", "/api/admin/contracts", it.Admin)),
        ("link", await Send("POST", "/api/admin/contracts/media_storage/generate_url", it.Admin,
            $$"""{"action":"GET","resource_id":"{{Guid.NewGuid()}}","resource_name":"x.txt"}""")),
        ("bulk", await Send("GET", "/api/pis/bulk/employees", it.Bulk)),
        ("session", await Send("GET", "/api/employees", new(it.Session.Access))),
        ("refresh", await SignIn(() => it.SignIn.Refresh(it.Session.Refresh), answer => it.Session = SessionCase.PairOf(answer))),
        ("code", await SignIn(() => it.SignIn.Exchange(it.Code))),
        ("consent", await SignIn(() => it.SignIn.Authorize(SignInScope), answer => it.Code = SessionCase.ValueOf(answer))),
    ];

    private static async Task<string> SignIn(Func<Task<Answer>> send, Action<Answer>? keep = null)
    {
        var answer = await send();
        if (answer.Status == 201)
            keep?.Invoke(answer);
        return answer.Status == 201 ? "ok"
            : Refusals.FirstOrDefault(refusal => answer.Text.Contains(refusal.Text, StringComparison.Ordinal)).Outcome ?? answer.Text;
    }

    private static readonly (string Text, string Outcome)[] Refusals =
    [
        ("Token expired.", "token"), ("Invalid access token", "token"), ("Invalid client id or secret.", "key"),
        ("Resource owner revoked access", "gone"), ("not allowed by client type", "type"), ("role based access policies", "roles"),
        ("redirection URI", "uri"),
    ];

    private async Task<string> Send(string verb, string path, Credential credential, string? body = null)
    {
        var answer = await registry.Send(verb, path, credential, body);
        return answer.Status switch
        {
            401 when answer.Text.Contains("Invalid access token", StringComparison.Ordinal) => "token",
            401 when answer.Text.Contains("Invalid api key", StringComparison.Ordinal) => "key",
            403 when answer.Text.Contains("Missing allowances", StringComparison.Ordinal) => "scope",
            401 or 403 => answer.Text,
            _ => "ok",
        };
    }

    private async Task<string> OutcomeOf(Guid job)
    {
        var outcome = "";
        await Eventually.Holds(async () => (outcome = await registry.Scalar<string>(
            "SELECT CASE status WHEN 'DONE' THEN 'ok' WHEN 'FAILED' THEN error_code::text ELSE '' END FROM async_jobs WHERE id = $1",
            job)).Length > 0);
        return outcome;
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A server that takes orders; its worker starts when the test says so.</summary>
    public sealed class Waiting(TestCluster cluster) : SigningRegistry(cluster)
    {
        private bool _works;

        protected override Roles Roles => _works ? Roles.Api | Roles.Worker : Roles.Api;

        public async Task StartWorker()
        {
            _works = true;
            await StopServer();
            await StartServer();
        }
    }
}
