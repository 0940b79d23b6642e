namespace Esoz.Tests.Employees;

/// <summary>Deactivate employee (employee-roles §6.4, §7), where an ACTIVE role forbids it.</summary>
public sealed class DeactivateEmployeeTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "employee:deactivate";
    private const string Stopped = """{"status":"STOPPED","end_date":"2026-03-31"}""";

    private Given Given => registry.Given;

    [Theory(DisplayName =
        "An APPROVED employee is dismissed, only the documented columns change, and the answer shows the employee as it is now")]
    [InlineData("""{"status":"STOPPED","end_date":"2026-03-31"}""", "STOPPED", "2026-03-31")]
    [InlineData("""{"status":"ENTERED_IN_ERROR","end_date":"2026-04-01"}""", "ENTERED_IN_ERROR", "2026-04-01")]
    [InlineData("""{"status":"ENTERED_IN_ERROR"}""", "ENTERED_IN_ERROR", null)]
    [InlineData("""{"status":"ENTERED IN ERROR"}""", "ENTERED_IN_ERROR", null)]
    [InlineData("""{"status":"STOPPED","end_date":"9999-12-31"}""", "STOPPED", "9999-12-31")]
    public async Task Dismisses(string body, string status, string? endDate)
    {
        var provider = await Given.Provider();
        var employee = await Given.Doctor(provider, await Given.Division(provider));
        var user = Guid.NewGuid();
        var before = await Row(employee);
        var today = await registry.Scalar<string>("SELECT (now() AT TIME ZONE 'Europe/Kyiv')::date::text");

        var answer = (await registry.Send("PATCH", Path(employee), await Given.Token(provider, Scope, user), body)).Succeeded();

        Assert.Equal(
            ["id", "position", "employee_type", "status", "is_active", "minfin_validation_status", "start_date", "end_date", "party",
                "division", "legal_entity", "doctor"],
            answer.Data.EnumerateObject().Select(member => member.Name));
        Assert.Equal((status, endDate ?? today, true),
            (answer.Data.GetProperty("status").GetString(), answer.Data.GetProperty("end_date").GetString(),
                answer.Data.GetProperty("is_active").GetBoolean()));
        var details = await registry.Send("GET", $"/api/employees/{employee}", await Given.Token(provider, "employee:details"));
        Assert.Equal(details.Data.GetRawText(), answer.Data.GetRawText());
        var after = await Row(employee);
        Assert.Equal(["end_date", "status", "status_reason", "updated_at", "updated_by"],
            after.Keys.Where(column => !Equals(before[column], after[column])).Order());
        Assert.Equal((status, "manual_employee_deactivate", user), (after["status"], after["status_reason"], after["updated_by"]));
        Assert.Equal(endDate ?? today, await registry.Scalar<string>("SELECT end_date::text FROM employees WHERE id = $1", employee));
    }

    [Fact(DisplayName = "The change leaves one audit row with the changed columns and one status event, by the token's user")]
    public async Task Trace()
    {
        var provider = await Given.Provider();
        var employee = await Given.Employee(provider);
        var user = Guid.NewGuid();

        (await registry.Send("PATCH", Path(employee), await Given.Token(provider, Scope, user), Stopped)).Succeeded();

        var audit = Assert.Single(await registry.Rows(
            "SELECT actor_id, changeset::text AS changeset FROM audit_log WHERE resource = 'employees' AND resource_id = $1::text AND changeset ->> 'status' = 'STOPPED'", employee));
        Assert.Equal(
            (user.ToString(),
                $$"""{"status": "STOPPED", "end_date": "2026-03-31", "updated_by": "{{user}}", "status_reason": "manual_employee_deactivate"}"""),
            (audit["actor_id"], audit["changeset"]));
        var change = Assert.Single(
            await registry.Rows(
                "SELECT event_type, entity_type, properties::text AS properties, changed_by FROM events WHERE entity_id = $1", employee));
        Assert.Equal(("StatusChangeEvent", "Employee", """{"status": {"new_value": "STOPPED"}}""", user),
            (change["event_type"], change["entity_type"], change["properties"], change["changed_by"]));
    }

    [Theory(DisplayName = "1 schema, before the employee (missing here) is checked")]
    [InlineData("{}", "$.status required")]
    [InlineData("""{"end_date":"2026-03-31"}""", "$.status required")]
    [InlineData("""{"status":"STOPPED"}""", "$.end_date required")]
    [InlineData("""{"status":"STOPPED","end_date":null}""", "$.end_date cast")]
    [InlineData("""{"status":"STOPPED","end_date":"2026-02-30"}""", "$.end_date date")]
    [InlineData("""{"status":"STOPPED","end_date":"2026-03-31T00:00:00Z"}""", "$.end_date date")]
    [InlineData("""{"status":"ENTERED_IN_ERROR","end_date":"31.03.2026"}""", "$.end_date date")]
    [InlineData("""{"status":"DISMISSED","end_date":"2026-03-31"}""", "$.status inclusion")]
    [InlineData("""{"status":null}""", "$.status cast")]
    [InlineData("""{"status":7,"end_date":7,"reason":"?"}""", "$.status cast, $.end_date cast, $.reason schema")]
    [InlineData("[]", "$ cast")]
    public async Task SchemaFaults(string body, string faults)
    {
        var answer = await registry.Send("PATCH", Path(Guid.NewGuid()), await Given.Token(await Given.Provider(), Scope), body);

        Assert.Equal(422, answer.Status);
        Assert.Equal(faults, string.Join(", ", answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray()
            .Select(invalid =>
                $"{invalid.GetProperty("entry").GetString()} {invalid.GetProperty("rules")[0].GetProperty("rule").GetString()}")));
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    public static TheoryData<string, string, int, string, string> Validations => new()
    {
        // rule, employee, status, type, message
        { "2 the employee is missing", "missing", 404, "not_found", "Employee not found" },
        { "2 the id is no uuid", "not a uuid", 404, "not_found", "Employee not found" },
        { "3 the employee is a foreign owner, stopped and deleted, with a role", "foreign OWNER STOPPED deleted role", 403, "forbidden",
            "Employees not belonging to the current legal entity can't be deactivated" },
        { "3 the employee is foreign, the client a MIS", "MIS DOCTOR", 403, "forbidden",
            "Employees not belonging to the current legal entity can't be deactivated" },
        { "4 the employee is an owner, stopped and deleted, with a role", "OWNER STOPPED deleted role", 409, "request_conflict",
            "Owner can't be deactivated" },
        { "4 the employee is an owner of a pharmacy, with a role", "PHARMACY_OWNER role", 409, "request_conflict",
            "Owner can't be deactivated" },
        { "5 the employee is deleted, with a role", "DOCTOR deleted role", 409, "request_conflict",
            "Employee is DEACTIVATED and cannot be updated." },
        { "5 the employee is stopped, with a role", "DOCTOR STOPPED role", 409, "request_conflict",
            "Employee is DEACTIVATED and cannot be updated." },
        { "5 the employee is autodeactivated", "DOCTOR AUTODEACTIVATED", 409, "request_conflict",
            "Employee is DEACTIVATED and cannot be updated." },
        { "6 the employee has a role", "DOCTOR role", 409, "request_conflict",
            "Employee cannot be deactivated - active employee roles exists" },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string rule, string employee, int status, string type, string message)
    {
        var words = employee.Split(' ');
        var owner = await Given.Provider();
        var client = words.Contains("foreign") ? await Given.Provider() : owner;
        if (words.Contains("MIS"))
            await Given.Client(client = Guid.NewGuid(), "MIS");
        var id = employee switch
        {
            "missing" => Guid.NewGuid(),
            "not a uuid" => (Guid?)null,
            _ => await Given.Employee(owner, type: words.First(word => Esoz.Codes.EmployeeType.All.Contains(word)),
                status: words.FirstOrDefault(word => Esoz.Codes.EmployeeStatus.All.Contains(word))
                ?? "APPROVED", isActive: !words.Contains("deleted")),
        };
        if (words.Contains("role"))
            await Given.EmployeeRole(await Given.HealthcareService(owner), id!.Value);
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await registry.Send(
            "PATCH", $"/api/employees/{id?.ToString() ?? "2c9e2f0b-6a35"}/actions/deactivate", await Given.Token(client, Scope), Stopped);

        answer.IsIlRefusal(status, type, message);
        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), rule);
    }

    [Fact(DisplayName = "6 an ended role and a deleted one do not prevent it")]
    public async Task EndedRoles()
    {
        var provider = await Given.Provider();
        var employee = await Given.Employee(provider);
        var (ended, deleted) = (await Given.EmployeeRole(await Given.HealthcareService(provider), employee),
            await Given.EmployeeRole(await Given.HealthcareService(provider), employee));
        await registry.Execute("UPDATE employee_roles SET status = 'INACTIVE', end_date = now() WHERE id = $1", ended);
        await registry.Execute("UPDATE employee_roles SET is_active = false WHERE id = $1", deleted);

        (await registry.Send("PATCH", Path(employee), await Given.Token(provider, Scope), Stopped)).Succeeded();
    }

    [Fact(DisplayName = "Of 32 concurrent calls exactly one succeeds, and the others are refused because the employee is deactivated")]
    public async Task Race()
    {
        var provider = await Given.Provider();
        var employee = await Given.Employee(provider);
        var credential = await Given.Token(provider, Scope);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => registry.Send("PATCH", Path(employee), credential, Stopped)));

        Assert.Single(answers, answer => answer.Status == 200);
        foreach (var answer in answers.Where(answer => answer.Status != 200))
            answer.IsIlRefusal(409, "request_conflict", "Employee is DEACTIVATED and cannot be updated.");
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM events WHERE entity_id = $1", employee));
    }

    [Fact(DisplayName = "Of a concurrent dismissal and creation of a role one is refused: a dismissed employee never has an ACTIVE role")]
    public async Task RaceWithRoles()
    {
        var provider = await Given.Provider();
        var service = await Given.HealthcareService(provider);
        var credential = await Given.Token(provider, $"{Scope} employee_role:write");
        var (dismissals, roles) = (0, 0);

        for (var round = 0; round < 60; round++)
        {
            var employee = await Given.Doctor(provider);
            var role = $$"""{"healthcare_service_id":"{{service}}","employee_id":"{{employee}}"}""";
            Func<Task<Answer>>[] calls = [() => registry.Send("PATCH", Path(employee), credential, Stopped),
                () => registry.Send("POST", "/api/employee_roles", credential, role)];

            // The request sent first tends to win, so the order alternates.
            var answers = await Task.WhenAll((round % 2 == 0 ? calls : calls.Reverse()).Select(call => call()));

            if (answers.Single(answer => answer.Status < 300).Status == 200)
                dismissals++;
            else
                roles++;
            foreach (var refused in answers.Where(answer => answer.Status >= 300))
            {
                if (refused.Status == 409)
                    refused.IsIlRefusal(409, "request_conflict", "Employee cannot be deactivated - active employee roles exists");
                else
                    refused.IsIlBusinessFault("$.employee_id", "Employee should be approved");
            }
        }

        Assert.Equal(0, await registry.Scalar<long>(
            "SELECT count(*) FROM employee_roles role JOIN employees employee ON employee.id = role.employee_id WHERE role.status = 'ACTIVE' AND employee.status = 'STOPPED' AND employee.legal_entity_id = $1", provider));
        Assert.True(dismissals > 0 && roles > 0, $"{dismissals} dismissals, {roles} roles: one order was never met.");
    }

    private static string Path(Guid employee) => $"/api/employees/{employee}/actions/deactivate";

    private async Task<Dictionary<string, object?>> Row(Guid employee) =>
        Assert.Single(
            await registry.Rows(
                "SELECT id, legal_entity_id, party_id, division_id, position, employee_type, status, status_reason, start_date, end_date, speciality::text AS speciality, additional_info::text AS additional_info, is_active, inserted_at, inserted_by, updated_at, updated_by FROM employees WHERE id = $1", employee));
}

/// <summary>The same if the dismissal ends the roles (employee-roles §7, policy <c>cascade</c>).</summary>
public sealed class DeactivateEmployeeWithRolesTests(DeactivateEmployeeWithRolesTests.Cascading registry)
    : IClassFixture<DeactivateEmployeeWithRolesTests.Cascading>
{
    private const string Scope = "employee:deactivate";
    private const string Stopped = """{"status":"STOPPED","end_date":"2026-03-31"}""";

    private Given Given => registry.Given;

    [Fact(DisplayName =
        "Every ACTIVE role of the employee, and no other, ends with the employment: same columns, author and instant as a deactivated role, one audit row and event each")]
    public async Task EndsRoles()
    {
        var provider = await Given.Provider();
        var employee = await Given.Doctor(provider);
        var roles = new[] { await Given.EmployeeRole(await Given.HealthcareService(provider), employee),
            await Given.EmployeeRole(await Given.HealthcareService(provider, status: "INACTIVE"), employee) };
        var ended = await Given.EmployeeRole(await Given.HealthcareService(provider), employee);
        await registry.Execute("UPDATE employee_roles SET status = 'INACTIVE', end_date = '2026-02-01T09:00:00Z' WHERE id = $1", ended);
        var deleted = await Given.EmployeeRole(await Given.HealthcareService(provider), employee);
        await registry.Execute("UPDATE employee_roles SET is_active = false WHERE id = $1", deleted);
        var colleagues = await Given.EmployeeRole(provider);
        var user = Guid.NewGuid();
        var before = await registry.Rows(
            "SELECT * FROM employee_roles WHERE id = ANY ($1) ORDER BY id", new[] { ended, deleted, colleagues });
        var columns = (await registry.Rows("SELECT * FROM employee_roles WHERE id = ANY ($1)", roles))
            .ToDictionary(row => (Guid)row["id"]!);
        var audits = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        (await registry.Send("PATCH", Path(employee), await Given.Token(provider, Scope, user), Stopped)).Succeeded();

        var updatedAt = await registry.Scalar<DateTime>("SELECT updated_at FROM employees WHERE id = $1", employee);
        foreach (var role in roles)
        {
            var after = Assert.Single(await registry.Rows("SELECT * FROM employee_roles WHERE id = $1", role));
            Assert.Equal(["end_date", "status", "updated_at", "updated_by"],
                after.Keys.Where(column => !Equals(columns[role][column], after[column])).Order());
            Assert.Equal(
                ("INACTIVE", updatedAt, updatedAt, user), (after["status"], after["end_date"], after["updated_at"], after["updated_by"]));
            var audit = Assert.Single(await registry.Rows(
                "SELECT actor_id, (SELECT string_agg(k, ' ' ORDER BY k) FROM jsonb_object_keys(changeset) k) AS members FROM audit_log WHERE resource = 'employee_roles' AND resource_id = $1::text AND changeset ->> 'status' = 'INACTIVE'", role));
            Assert.Equal((user.ToString(), "end_date status updated_by"), (audit["actor_id"], audit["members"]));
            var change = Assert.Single(
                await registry.Rows(
                    "SELECT entity_type, properties::text AS properties, changed_by FROM events WHERE entity_id = $1", role));
            Assert.Equal(("EmployeeRole", """{"status": {"new_value": "INACTIVE"}}""", user),
                (change["entity_type"], change["properties"], change["changed_by"]));
        }
        Assert.Equal(
            before, await registry.Rows(
                "SELECT * FROM employee_roles WHERE id = ANY ($1) ORDER BY id", new[] { ended, deleted, colleagues }));
        Assert.Equal(audits + 3, await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"));
    }

    [Theory(DisplayName = "The other checks are unchanged, and a refused dismissal ends no role")]
    [InlineData("OWNER", "APPROVED", "Owner can't be deactivated")]
    [InlineData("DOCTOR", "STOPPED", "Employee is DEACTIVATED and cannot be updated.")]
    public async Task Refuses(string type, string status, string message)
    {
        var provider = await Given.Provider();
        var employee = await Given.Employee(provider, type: type, status: status);
        var role = await Given.EmployeeRole(await Given.HealthcareService(provider), employee);

        (await registry.Send("PATCH", Path(employee), await Given.Token(provider, Scope), Stopped))
            .IsIlRefusal(409, "request_conflict", message);

        Assert.Equal("ACTIVE", await registry.Scalar<string>("SELECT status FROM employee_roles WHERE id = $1", role));
    }

    [Fact(DisplayName = "A role that is added concurrently is refused or ends: a dismissed employee never has an ACTIVE role")]
    public async Task RaceWithRoles()
    {
        var provider = await Given.Provider();
        var services = new List<Guid>();
        for (var i = 0; i < 4; i++)
            services.Add(await Given.HealthcareService(provider));
        var credential = await Given.Token(provider, $"{Scope} employee_role:write");
        var (ended, refused) = (0, 0);

        for (var round = 0; round < 60; round++)
        {
            var employee = await Given.Doctor(provider);
            var calls = services.Select(service => (Func<Task<Answer>>)(() =>
                registry.Send("POST", "/api/employee_roles", credential,
                    $$"""{"healthcare_service_id":"{{service}}","employee_id":"{{employee}}"}"""))).ToList();
            calls.Insert(round % 4, () => registry.Send("PATCH", Path(employee), credential, Stopped));

            var answers = await Task.WhenAll(calls.Select(call => call()));

            Assert.Equal(200, answers[round % 4].Status);
            foreach (var answer in answers.Where((_, i) => i != round % 4))
            {
                if (answer.Status == 201)
                {
                    ended++;
                    continue;
                }
                answer.IsIlBusinessFault("$.employee_id", "Employee should be approved");
                refused++;
            }
        }

        Assert.Equal(0, await registry.Scalar<long>(
            "SELECT count(*) FROM employee_roles role JOIN employees employee ON employee.id = role.employee_id WHERE role.status = 'ACTIVE' AND employee.status = 'STOPPED' AND employee.legal_entity_id = $1", provider));
        Assert.True(ended > 0 && refused > 0, $"{ended} ended, {refused} refused: one order was never met.");
    }

    private static string Path(Guid employee) => $"/api/employees/{employee}/actions/deactivate";

    /// <summary>A deployment where the dismissal of an employee ends the roles.</summary>
    public sealed class Cascading(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["EMPLOYEE_DISMISSAL_ROLE_POLICY"] = "cascade" };
    }
}
