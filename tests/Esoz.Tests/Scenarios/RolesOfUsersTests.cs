using System.Text.Json;
using Esoz.Import;
using Esoz.Tests.SignIn;

namespace Esoz.Tests.Scenarios;

/// <summary>
/// Roles of users follow employees (sign-in §10, db/0032, db/0037): whatever grants or ends an employment, the roles are equal to the
/// employees at once, and with a role go approval, code and tokens.
/// </summary>
public sealed class RolesOfUsersTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Given Given => registry.Given;

    [Fact(DisplayName = "An approval gives the role to every user of the party, only with this client, and only for a type that is a role")]
    public async Task Approval()
    {
        var (client, elsewhere) = (await Given.Provider(), await Given.Provider());
        var (first, second, stranger) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var party = await Given.Party(user: first);
        await Link(second, party);
        await Given.Party(user: stranger);

        await Given.Employee(client, party, type: "DOCTOR");
        await Given.Employee(client, party, type: "ACCOUNTANT");
        await Given.Employee(client, party, type: "OWNER", status: "NEW");
        await Given.Employee(client, party, type: "HR", isActive: false);

        Assert.Equal(["DOCTOR EMPLOYEE"], await RolesOf(first, client));
        Assert.Equal(["DOCTOR EMPLOYEE"], await RolesOf(second, client));
        Assert.Empty(await RolesOf(first, elsewhere));
        Assert.Empty(await RolesOf(stranger, client));

        // A request that is approved later, as a method or an import does it.
        await registry.Execute("UPDATE employees SET status = 'APPROVED' WHERE party_id = $1 AND employee_type = 'OWNER'", party);
        Assert.Equal(["DOCTOR EMPLOYEE", "OWNER EMPLOYEE"], await RolesOf(first, client));
    }

    [Fact(DisplayName = "A user who is linked later gets the roles of the party, also one whose client is registered later still")]
    public async Task Later()
    {
        var entity = await Given.LegalEntity();
        var (party, user) = (await Given.Party(), Guid.NewGuid());
        await Given.Employee(entity, party, type: "DOCTOR");

        await Link(user, party);
        Assert.Empty(await RolesOf(user, entity));
        await Given.Client(entity, "MSP");

        Assert.Equal(["DOCTOR EMPLOYEE"], await RolesOf(user, entity));
    }

    public static TheoryData<string> Endings =>
    [
        "dismissed by the method", "dismissed by a statement", "made inactive", "moved to another legal entity", "type changed",
        "legal entity closed by the method", "legal entity closed by a statement", "user unlinked", "role revoked by an operator",
        "approval deleted",
    ];

    [Theory(DisplayName = "With the role end approval, code, tokens and what refreshes them, and those of a colleague stay")]
    [MemberData(nameof(Endings))]
    public async Task Ends(string ending)
    {
        var it = await SessionCase.Of(registry);
        var colleague = await it.Colleague();
        var (session, other) = (await it.Session(), await colleague.Session());
        var code = await it.Code();
        Assert.True(await it.Opens(session.Access));

        await End(it, ending);

        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM apps WHERE user_id = $1", it.User));
        Assert.Equal(0L, await registry.Scalar<long>("""
            SELECT count(*) FROM tokens
             WHERE user_id = $1 AND details ->> 'client_id' = $2 AND expires_at > extract(epoch FROM now())
            """, it.User, $"{it.Provider}"));
        Assert.False(await it.Opens(session.Access));
        (await it.Refresh(session.Refresh)).IsIlRefusal(401, "token_expired", "Token expired.");
        (await it.Exchange(code)).IsIlRefusal(401, "token_expired", "Token expired.");
        var isClosed = ending.StartsWith("legal entity", StringComparison.Ordinal);
        Assert.Equal(!isClosed, await colleague.Opens(other.Access));
        Assert.Equal(!isClosed, await colleague.Refreshes(other.Refresh));
        // Without the role there is no new consent; without the approval alone there is.
        Assert.Equal(ending == "approval deleted" ? 201 : 422, (await it.Authorize()).Status);
    }

    [Fact(DisplayName = "Who holds another post of the type keeps the role, and loses the sessions: the last of several posts counts")]
    public async Task SecondPost()
    {
        var it = await SessionCase.Of(registry);
        var second = await Given.Employee(it.Provider, it.Party);
        var session = await it.Session();

        await registry.Execute("UPDATE employees SET status = 'DISMISSED' WHERE id = $1", it.Employee);
        Assert.True(await it.Opens(session.Access));
        Assert.True(await it.Refreshes(session.Refresh));
        await registry.Execute("UPDATE employees SET status = 'DISMISSED' WHERE id = $1", second);

        Assert.Empty(await RolesOf(it.User, it.Provider));
        Assert.False(await it.Opens(session.Access));
    }

    [Fact(DisplayName = "The end of an employment takes the role of an operator too; what follows employees otherwise takes none of them")]
    public async Task OfOperator()
    {
        var it = await SessionCase.Of(registry);
        await Grant(it.User, "DOCTOR", it.Provider);
        await Grant(it.User, "HR", it.Provider);

        // An import, a new user, a new employee: all of them let the roles follow.
        await registry.Execute("SELECT follow_employees(NULL, NULL)");
        await Given.Employee(it.Provider, it.Party, type: "OWNER");
        Assert.Equal(["DOCTOR EMPLOYEE", "DOCTOR OPERATOR", "HR OPERATOR", "OWNER EMPLOYEE"], await RolesOf(it.User, it.Provider));

        await registry.Execute("UPDATE employees SET status = 'DISMISSED' WHERE id = $1", it.Employee);
        Assert.Equal(["HR OPERATOR", "OWNER EMPLOYEE"], await RolesOf(it.User, it.Provider));
        await registry.Execute("UPDATE legal_entities SET status = 'CLOSED' WHERE id = $1", it.Provider);
        Assert.Empty(await RolesOf(it.User, it.Provider));
    }

    [Fact(DisplayName = "A global role that is revoked ends the user's approvals and sessions with every client")]
    public async Task GlobalRole()
    {
        var (it, elsewhere) = (await SessionCase.Of(registry), await SessionCase.Of(registry));
        await registry.Execute(
            "INSERT INTO global_user_roles (id, user_id, role_id) SELECT gen_random_uuid(), $1, id FROM roles WHERE name = 'NHS_ADMIN'", it.User);
        var (session, other) = (await it.Session(), await elsewhere.Session());

        await registry.Execute("DELETE FROM global_user_roles WHERE user_id = $1", it.User);

        Assert.False(await it.Opens(session.Access));
        (await it.Refresh(session.Refresh)).IsIlRefusal(401, "token_expired", "Token expired.");
        Assert.True(await elsewhere.Opens(other.Access));
    }

    [Fact(DisplayName = "An import that approves gives roles, one that dismisses takes them with the sessions, and none takes an operator's")]
    public async Task Imports()
    {
        var it = await SessionCase.Of(registry);
        await Grant(it.User, "HR", it.Provider);
        var session = await it.Session();

        await Import("DISMISSED", isActive: false);
        Assert.Equal(["HR OPERATOR"], await RolesOf(it.User, it.Provider));
        Assert.False(await it.Opens(session.Access));
        await Import("APPROVED", isActive: true);
        Assert.Equal(["DOCTOR EMPLOYEE", "HR OPERATOR"], await RolesOf(it.User, it.Provider));
        await Import("APPROVED", isActive: true);
        Assert.Equal(["DOCTOR EMPLOYEE", "HR OPERATOR"], await RolesOf(it.User, it.Provider));

        async Task Import(string status, bool isActive)
        {
            var folder = Directory.CreateTempSubdirectory("esoz-import-").FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "employees.ndjson"),
                JsonSerializer.Serialize(new { id = it.Employee, status, is_active = isActive }), Ct);
            await ImportDirectory.Run(registry.Database.Source, folder, _ => { }, Ct);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact(DisplayName = "Concurrent approvals, dismissals and sign-ins leave roles that are equal to the employees, and no deadlock")]
    public async Task Parallel()
    {
        var its = new List<SessionCase> { await SessionCase.Of(registry) };
        for (var i = 0; i < 5; i++)
            its.Add(await its[0].Colleague());

        var work = its.SelectMany((it, i) => new Func<Task>[]
        {
            async () =>
            {
                for (var turn = 0; turn < 6; turn++)
                {
                    await registry.Execute("UPDATE employees SET status = $2 WHERE id = $1", it.Employee,
                        (turn + i) % 2 == 0 ? "DISMISSED" : "APPROVED");
                }
            },
            async () =>
            {
                for (var turn = 0; turn < 6; turn++)
                {
                    var consent = await it.Authorize();
                    Assert.True(consent.Status is 201 or 422, consent.Text);
                    if (consent.Status == 422)
                        continue;
                    var pair = await it.Exchange(SessionCase.ValueOf(consent));
                    Assert.True(pair.Status is 201 or 401, pair.Text);
                    if (pair.Status == 401)
                        continue;
                    var refreshed = await it.Refresh(SessionCase.PairOf(pair).Refresh);
                    Assert.True(refreshed.Status is 201 or 401, refreshed.Text);
                }
            },
        });
        await Task.WhenAll(work.Select(Task.Run));

        foreach (var it in its)
        {
            var isEmployed = await registry.Scalar<bool>("SELECT status = 'APPROVED' FROM employees WHERE id = $1", it.Employee);
            Assert.Equal(isEmployed ? ["DOCTOR EMPLOYEE"] : [], await RolesOf(it.User, it.Provider));
            if (!isEmployed)
            {
                Assert.Equal(0L, await registry.Scalar<long>("""
                    SELECT (SELECT count(*) FROM apps WHERE user_id = $1)
                           + (SELECT count(*) FROM tokens
                               WHERE user_id = $1 AND details ->> 'client_id' = $2 AND expires_at > extract(epoch FROM now()))
                    """, it.User, $"{it.Provider}"));
            }
        }
    }

    [Fact(DisplayName = "Roles, approvals and ended tokens are in the audit log, with the author of what ended them")]
    public async Task Records()
    {
        var it = await SessionCase.Of(registry);
        var session = await it.Session();
        Assert.True(await it.Opens(session.Access));
        var author = Guid.NewGuid();
        var answer = await registry.Send("PATCH", $"/api/employees/{it.Employee}/actions/deactivate",
            await Given.Token(it.Provider, "employee:deactivate", author), """{"status":"STOPPED","end_date":"2026-03-31"}""");
        var request = answer.Succeeded().Json.GetProperty("meta").GetProperty("request_id").GetString();

        var rows = await registry.Rows(
            "SELECT resource, actor_id FROM audit_log WHERE request_id = $1 AND resource IN ('user_roles', 'apps', 'tokens')", request);

        Assert.Equal(["apps", "tokens", "tokens", "tokens", "user_roles"], rows.Select(row => row["resource"]).Order());
        Assert.All(rows, row => Assert.Equal($"{author}", row["actor_id"]));
    }

    private async Task End(SessionCase it, string ending)
    {
        switch (ending)
        {
            case "dismissed by the method":
                (await registry.Send("PATCH", $"/api/employees/{it.Employee}/actions/deactivate",
                    await Given.Token(it.Provider, "employee:deactivate"), """{"status":"STOPPED","end_date":"2026-03-31"}""")).Succeeded();
                break;
            case "legal entity closed by the method":
                (await registry.Send("PATCH", $"/api/legal_entities/{it.Provider}/actions/deactivate",
                    await Given.Nhs("legal_entity:deactivate"))).Succeeded();
                break;
            default:
                var (sql, value) = ending switch
                {
                    "dismissed by a statement" => ("UPDATE employees SET status = 'DISMISSED' WHERE id = $1", it.Employee),
                    "made inactive" => ("UPDATE employees SET is_active = false WHERE id = $1", it.Employee),
                    "moved to another legal entity" => (
                        $"UPDATE employees SET legal_entity_id = '{await Given.Provider()}' WHERE id = $1", it.Employee),
                    "type changed" => ("UPDATE employees SET employee_type = 'ACCOUNTANT' WHERE id = $1", it.Employee),
                    "legal entity closed by a statement" => ("UPDATE legal_entities SET status = 'CLOSED' WHERE id = $1", it.Provider),
                    "user unlinked" => ("DELETE FROM party_users WHERE user_id = $1", it.User),
                    "role revoked by an operator" => ("DELETE FROM user_roles WHERE user_id = $1", it.User),
                    _ => ("DELETE FROM apps WHERE user_id = $1", it.User),
                };
                Assert.True(await registry.Execute(sql, value) > 0);
                break;
        }
    }

    private Task Link(Guid user, Guid party) => registry.Execute("""
        WITH made AS (INSERT INTO users (id, email) VALUES ($1, $1::text || '@users.invalid') ON CONFLICT DO NOTHING RETURNING id)
        INSERT INTO party_users (id, user_id, party_id, inserted_at, updated_at) VALUES (gen_random_uuid(), $1, $2, now(), now())
        """, user, party);

    private Task Grant(Guid user, string role, Guid client) => registry.Execute("""
        INSERT INTO user_roles (id, user_id, role_id, client_id, source)
        SELECT gen_random_uuid(), $1, id, $3, 'OPERATOR' FROM roles WHERE name = $2
        """, user, role, client);

    private async Task<IEnumerable<string>> RolesOf(Guid user, Guid client) => (await registry.Rows("""
        SELECT role.name || ' ' || held.source AS role FROM user_roles held JOIN roles role ON role.id = held.role_id
         WHERE held.user_id = $1 AND held.client_id = $2 ORDER BY 1
        """, user, client)).Select(row => (string)row["role"]!);
}
