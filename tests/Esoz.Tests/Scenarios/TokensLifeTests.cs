using System.Text.Json;
using Esoz.Platform.Access;
using Esoz.Platform.Audit;
using Esoz.Tests.Cli;
using Esoz.Tests.Platform.Journal;

namespace Esoz.Tests.Scenarios;

/// <summary>
/// The life of a token: issued by an operator, used, its client narrowed, its user dismissed, refused. The access journal, the audit log
/// and <c>request show</c> tell exactly this.
/// </summary>
public sealed class TokensLifeTests(Registry registry) : IClassFixture<Registry>
{
    /// <summary>The longest that a look-up of a token is remembered.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Given Given => registry.Given;

    [Fact(DisplayName = "Issued, used, narrowed, dismissed, refused: each row of journal and audit log, and the accounts of the refusals")]
    public async Task Life()
    {
        var (hospital, doctor, head) = (await Given.LegalEntity(), Guid.NewGuid(), Guid.NewGuid());
        var party = await Given.Party(user: doctor);
        var employee = await Given.Employee(hospital, party);
        var service = await registry.Scalar<Guid>(
            "SELECT healthcare_service_id FROM employee_roles WHERE id = $1", await Given.EmployeeRole(hospital));
        var role = await Given.EmployeeRole(service, employee);
        var second = await Given.EmployeeRole(service, await Given.Employee(hospital));
        foreach (var (id, name) in new[]
        {
            (hospital, "hospital"), (doctor, "doctor"), (head, "head"), (party, "party"), (employee, "employee"), (service, "service"),
            (role, "role"), (second, "second role"), (Registrar.SystemUser, "system"),
        })
            _names[$"{id}"] = name;
        var before = await registry.Scalar<DateTime>("SELECT clock_timestamp()");

        await Command("client", "create", "--id", $"{hospital}", "--type", "MSP", "--name", "КНП");
        var token = new Credential(await Command("token", "issue", "--client", $"{hospital}", "--user", $"{doctor}", "--scope",
            "employee_role:read employee_role:write", "--ttl", "8h"));
        _names[await registry.Scalar<string>("SELECT id::text FROM tokens WHERE user_id = $1", doctor)] = "token";
        var headToken = new Credential(await Command("token", "issue", "--client", $"{hospital}", "--user", $"{head}", "--scope",
            "employee:deactivate"));
        _names[await registry.Scalar<string>("SELECT id::text FROM tokens WHERE user_id = $1", head)] = "head's token";

        (await Send("read", "GET", $"/api/employee_roles/{role}", token)).Succeeded();
        (await Send("change", "PATCH", $"/api/employee_roles/{role}/actions/deactivate", token)).Succeeded();
        var twice = await Send("change twice", "PATCH", $"/api/employee_roles/{role}/actions/deactivate", token);
        twice.IsIlRefusal(409, "request_conflict", "INACTIVE employee role cannot be DEACTIVATED");

        await Command("client", "create", "--id", $"{hospital}", "--type", "MSP", "--scopes", "employee_role:read employee:deactivate");
        registry.Clock.Age(Remembered);
        (await Send("read when narrowed", "GET", $"/api/employee_roles/{role}", token)).Succeeded();
        var narrowed = await Send("change when narrowed", "PATCH", $"/api/employee_roles/{second}/actions/deactivate", token);
        Assert.Equal(403, narrowed.Status);

        (await Send("dismissal", "PATCH", $"/api/employees/{employee}/actions/deactivate", headToken,
            """{"status":"STOPPED","end_date":"2026-03-31"}""")).Succeeded();
        registry.Clock.Age(Remembered);
        var dismissed = await Send("read when dismissed", "GET", $"/api/employee_roles/{role}", token);
        Assert.Equal(401, dismissed.Status);

        _names[await registry.Scalar<string>("SELECT resource_id::text FROM audit_log WHERE resource = 'user_roles' AND former IS NULL AND inserted_at >= $1",
            before)] = "role of the doctor";
        Assert.Equal("""
            [read] API-005-007-004-0126 200: client hospital, user doctor, party -, ids role employee
            [change] API-005-007-004-0127 200: client hospital, user doctor, party -, ids role employee
            [change twice] API-005-007-004-0127 409 request_conflict by rule 4: client hospital, user doctor, party -, ids role
            [read when narrowed] API-005-007-004-0126 200: client hospital, user doctor, party -, ids role employee
            [change when narrowed] API-005-007-004-0127 403 forbidden by rule platform 7: client hospital, user doctor, party -, ids second role
            [dismissal] deactivate-employee 200: client hospital, user head, party party, ids employee party
            [read when dismissed] API-005-007-004-0126 401 access_denied by rule platform 5b: client -, user -, party -, ids role
            """, string.Join('\n', await Journal(before)));
        Assert.Equal("""
            Олена Ткачук for system: clients hospital added
            Олена Ткачук for system: user_roles role of the doctor added
            Олена Ткачук for system: tokens token added
            Олена Ткачук for system: tokens head's token added
            Олена Ткачук for system: users head added
            doctor through hospital in [change]: employee_roles role end_date status=ACTIVE→INACTIVE updated_by=→doctor
            Олена Ткачук for system: clients hospital scope=→employee_role:read employee:deactivate
            head through hospital in [dismissal]: employees employee end_date status=APPROVED→STOPPED status_reason=→manual_employee_deactivate updated_by=→head
            head through hospital in [dismissal]: tokens token expires_at
            head through hospital in [dismissal]: user_roles role of the doctor removed
            """, string.Join('\n', await Audit(before)));
        Assert.Equal("""
            request     [change twice]
            method      API-005-007-004-0127 Deactivate employee role
            route       PATCH /api/employee_roles/{id}/actions/deactivate
            status      409
            client      hospital
            user        doctor
            address     127.0.0.1
            refused by  rule 4
            rule        status of the role is ACTIVE
            text        {current_status} employee role cannot be DEACTIVATED
            code        request_conflict
            broken now  rule 4: status of the role is ACTIVE
            ids         role

            request     [change when narrowed]
            method      API-005-007-004-0127 Deactivate employee role
            route       PATCH /api/employee_roles/{id}/actions/deactivate
            status      403
            client      hospital
            user        doctor
            address     127.0.0.1
            refused by  rule platform 7
            rule        every scope of the method is granted
            text        Your scope does not allow to access this resource. Missing allowances: employee_role:write
            code        forbidden
            looked at   employee_role:write: missing
            ids         second role

            request     [read when dismissed]
            method      API-005-007-004-0126 Get employee role by ID
            route       GET /api/employee_roles/{id}
            status      401
            address     127.0.0.1
            refused by  rule platform 5b
            rule        token is known and not expired, its client and user may work
            text        Invalid access token
            code        access_denied
            looked at   token: unknown, expired, without scopes, or its client or user is blocked
            ids         role
            """, Named(string.Join("\n\n", [await Account(twice), await Account(narrowed), await Account(dismissed)])));
        var all = await new AuditLog(registry.Database).Find(new() { Limit = 1000 }, Ct);
        Assert.DoesNotContain(token.Token!, JsonSerializer.Serialize(all), StringComparison.Ordinal);
    }

    private async Task<Answer> Send(string name, string verb, string path, Credential credential, string? body = null)
    {
        var answer = await registry.Send(verb, path, credential, body);
        _names[answer.RequestId()] = $"[{name}]";
        await registry.Entry(answer);
        return answer;
    }

    private async Task<IEnumerable<string>> Journal(DateTime since) =>
        (await registry.Entries(new() { Since = since })).Select(row => Named(
            $"{row.RequestId} {row.MethodId} {row.Status}{(row.Code is null ? "" : $" {row.Code} by rule {row.Rule}")}: client {Or(row.ClientId)}, user {Or(row.UserId)}, party {Or(row.PartyId)}, ids {string.Join(' ', row.ObjectIds)}"));

    /// <summary>Rows of one transaction by their tables and names.</summary>
    private async Task<IEnumerable<string>> Audit(DateTime since) =>
        (await new AuditLog(registry.Database).Find(new() { From = since, Limit = 1000 }, Ct)).Reverse().GroupBy(row => row.InsertedAt)
            .SelectMany(transaction => transaction.Select(Line).Order(StringComparer.Ordinal));

    private string Line(AuditEntry row)
    {
        var who = row.Operator is { } person ? $"{person} for {row.ActorId}" : $"{row.ActorId} through {row.ClientId} in {row.RequestId}";
        var what = row.Former is null ? "added" : row.Changeset.GetRawText() == "{}" ? "removed"
            : string.Join(' ', row.Changeset.EnumerateObject().Select(member => Changed(member, row.Former.Value))
                .OfType<string>().Order(StringComparer.Ordinal));
        return Named($"{who}: {row.Resource} {row.ResourceId} {what}");
    }

    /// <summary>Of an instant the name only, and nothing of when the row was changed.</summary>
    private static string? Changed(JsonProperty member, JsonElement former) => member.Name switch
    {
        "updated_at" => null,
        "end_date" or "expires_at" => member.Name,
        var name => $"{name}={(former.TryGetProperty(name, out var old) ? old.ToString() : "")}→{member.Value}",
    };

    private async Task<string> Account(Answer answer) => string.Join('\n', (await Command("request", "show", answer.RequestId()))
        .Split('\n').Where(line => !line.StartsWith("at ", StringComparison.Ordinal)));

    private static string Or(object? value) => value?.ToString() ?? "-";

    private string Named(string text) => _names.Aggregate(text, (all, name) => all.Replace(name.Key, name.Value, StringComparison.Ordinal));

    private async Task<string> Command(params string[] arguments)
    {
        var (exit, output, errors) = await EsozProgram.Run(
            new Dictionary<string, string> { ["ESOZ_DATABASE"] = registry.ConnectionString, ["ESOZ_DATA_DIR"] = registry.DataDirectory },
            [.. arguments, "--operator", "Олена Ткачук"]);
        Assert.True(exit == 0, errors);
        return output.Trim();
    }
}
