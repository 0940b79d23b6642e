namespace Esoz.Tests.EmployeeRoles;

/// <summary>API-005-007-004-0124 Add employee role (employee-roles §2).</summary>
public sealed class CreateEmployeeRoleTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/employee_roles";
    private const string Scope = "employee_role:write";

    private Given Given => registry.Given;

    [Fact(DisplayName =
        "Adds an ACTIVE role with the system attributes, answers 201 with every member in order, and leaves one audit row and no event")]
    public async Task Creates()
    {
        var provider = await Given.Provider();
        var (service, employee) = (await Given.HealthcareService(provider), await Given.Doctor(provider));
        var user = Guid.NewGuid();

        var answer = await registry.Send(
            "POST", Path, await Given.Token(provider, Scope, user), Body(service.ToString().ToUpperInvariant(), employee.ToString()));

        var data = answer.Succeeded(201).Data;
        Assert.Equal(
            ["id", "healthcare_service_id", "employee_id", "start_date", "end_date", "status", "is_active", "inserted_at", "inserted_by",
                "updated_at", "updated_by"],
            data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(201, answer.Json.GetProperty("meta").GetProperty("code").GetInt32());
        Assert.EndsWith(Path, answer.Json.GetProperty("meta").GetProperty("url").GetString(), StringComparison.Ordinal);
        var row = Assert.Single(await registry.Rows("SELECT * FROM employee_roles WHERE id = $1", data.GetProperty("id").GetGuid()));
        Assert.Equal((service, employee, "ACTIVE", null, true, user, user),
            (row["healthcare_service_id"], row["employee_id"], row["status"], row["end_date"], row["is_active"], row["inserted_by"],
                row["updated_by"]));
        Assert.Equal([row["start_date"], row["start_date"]], [row["inserted_at"], row["updated_at"]]);
        Assert.Equal(data.GetProperty("start_date").GetString(), data.GetProperty("updated_at").GetString());
        var audit = Assert.Single(
            await registry.Rows(
                "SELECT actor_id, changeset->>'status' AS status FROM audit_log WHERE resource = 'employee_roles' AND resource_id = $1::text", row["id"]));
        Assert.Equal((user.ToString(), "ACTIVE"), (audit["actor_id"], audit["status"]));
        Assert.Empty(await registry.Rows("SELECT FROM events WHERE entity_id = $1", row["id"]));
    }

    [Fact(DisplayName = "A SUSPENDED legal entity may add roles; an ended or deleted role of the pair does not prevent it")]
    public async Task Suspended()
    {
        var provider = await Given.Provider("SUSPENDED");
        var role = await Given.EmployeeRole(provider, "INACTIVE");
        await registry.Execute(
            "UPDATE employees SET speciality = $2::json WHERE id = (SELECT employee_id FROM employee_roles WHERE id = $1)", role,
            Given.Officio);
        var pair = Assert.Single(await registry.Rows("SELECT healthcare_service_id, employee_id FROM employee_roles WHERE id = $1", role));

        var answer = await registry.Send(
            "POST", Path, await Given.Token(provider, Scope), Body($"{pair["healthcare_service_id"]}", $"{pair["employee_id"]}"));

        answer.Succeeded(201);
    }

    [Fact(DisplayName = "An empty object reports both missing fields")]
    public async Task MissingFields()
    {
        var answer = await registry.Send("POST", Path, await Given.Token(await Given.Provider("CLOSED"), Scope), "{}");

        Assert.Equal(422, answer.Status);
        Assert.Equal(["$.healthcare_service_id", "$.employee_id"],
            answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray()
            .Select(invalid => invalid.GetProperty("entry").GetString()));
    }

    [Theory(DisplayName = "2 schema, before the legal entity (CLOSED here) is checked")]
    [InlineData("healthcare_service_id", "\"17\"", "format")]
    [InlineData("employee_id", "null", "cast")]
    [InlineData("status", "\"ACTIVE\"", "schema")]
    public async Task SchemaFault(string member, string value, string rule)
    {
        var body = new Dictionary<string, string>
        {
            ["healthcare_service_id"] = $"\"{Guid.NewGuid()}\"",
            ["employee_id"] = $"\"{Guid.NewGuid()}\"",
            [member] = value,
        };

        var answer = await registry.Send("POST", Path, await Given.Token(await Given.Provider("CLOSED"), Scope),
            $"{{{string.Join(',', body.Select(pair => $"\"{pair.Key}\":{pair.Value}"))}}}");

        Assert.Equal(422, answer.Status);
        var invalid = Assert.Single(answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray());
        Assert.Equal(
            ($"$.{member}", rule),
            (invalid.GetProperty("entry").GetString(), invalid.GetProperty("rules")[0].GetProperty("rule").GetString()));
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    public static TheoryData<string, string, string, string, bool, int, string, string> Validations => new()
    {
        // rule, legal entity, service, employee, pair has an ACTIVE role, status, path, message
        { "3 legal entity is CLOSED; nothing else is right", "CLOSED", "missing", "missing", false, 409, "",
            "Legal entity must be ACTIVE or SUSPENDED" },
        { "3 legal entity is REORGANIZED; pair taken, foreign, ended", "REORGANIZED", "foreign INACTIVE", "foreign STOPPED", true, 409, "",
            "Legal entity must be ACTIVE or SUSPENDED" },
        { "3 client without a legal entity", "none", "foreign", "foreign", false, 409, "", "Legal entity must be ACTIVE or SUSPENDED" },
        { "4 service is missing; employee too", "ACTIVE", "missing", "missing", false, 422, "$.healthcare_service_id",
            "Healthcare service not found" },
        { "4 service is not is_active; pair taken, all foreign and ended", "ACTIVE", "foreign INACTIVE deleted", "foreign STOPPED deleted",
            true, 422, "$.healthcare_service_id", "Healthcare service not found" },
        { "5 employee is missing; service foreign and INACTIVE", "ACTIVE", "foreign INACTIVE", "missing", false, 422, "$.employee_id",
            "Employee not found" },
        { "5 employee is not is_active; pair taken", "ACTIVE", "foreign INACTIVE", "foreign STOPPED deleted", true, 422, "$.employee_id",
            "Employee not found" },
        { "6 pair taken; all foreign and ended, speciality wrong", "ACTIVE", "foreign INACTIVE", "foreign STOPPED unskilled", true, 409, "",
            "Duplicated employee role for this employee and healthcare service" },
        { "6 pair taken; everything else right", "SUSPENDED", "own", "own", true, 409, "",
            "Duplicated employee role for this employee and healthcare service" },
        { "7 service foreign and INACTIVE; employee foreign, STOPPED, unskilled", "ACTIVE", "foreign INACTIVE", "foreign STOPPED unskilled",
            false, 422, "$.healthcare_service_id", "Healthcare service should belong to your legal entity" },
        { "8 service INACTIVE; employee foreign, STOPPED, unskilled", "ACTIVE", "own INACTIVE", "foreign STOPPED unskilled", false, 422,
            "$.healthcare_service_id", "Healthcare service should be active" },
        { "9 employee foreign, STOPPED, unskilled", "ACTIVE", "own", "foreign STOPPED unskilled", false, 422, "$.employee_id",
            "Employee should belong to your legal entity" },
        { "10 employee STOPPED, unskilled", "ACTIVE", "own", "own STOPPED unskilled", false, 422, "$.employee_id",
            "Employee should be approved" },
        { "11 employee unskilled", "SUSPENDED", "own", "own unskilled", false, 422, "$.employee_id",
            "Employee speciality should match healthcare service speciality type" },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(
        string rule, string legalEntity, string service, string employee, bool taken, int status, string path, string message)
    {
        var provider = Guid.NewGuid();
        if (legalEntity == "none")
            await Given.Client(provider, "MSP");
        else
            provider = await Given.Provider(legalEntity);
        var other = await Given.Provider();
        var serviceId = service == "missing" ? Guid.NewGuid()
            : await Given.HealthcareService(Has(service, "foreign") ? other : provider,
                status: Has(service, "INACTIVE") ? "INACTIVE" : "ACTIVE", isActive: !Has(service, "deleted"));
        var employeeId = employee == "missing" ? Guid.NewGuid()
            : await Given.Doctor(Has(employee, "foreign") ? other : provider, status: Has(employee, "STOPPED") ? "STOPPED" : "APPROVED",
                isActive: !Has(employee, "deleted"), speciality: Has(employee, "unskilled") ? "GENERAL_SURGERY" : "FAMILY_DOCTOR");
        if (taken)
            await Given.EmployeeRole(serviceId, employeeId);
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await registry.Send("POST", Path, await Given.Token(provider, Scope), Body($"{serviceId}", $"{employeeId}"));

        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), rule);
        if (status == 422)
            answer.IsIlBusinessFault(path, message);
        else
            answer.IsIlRefusal(status, "request_conflict", message);
    }

    [Theory(DisplayName = "11 the speciality that counts is one held officio, in speciality or among additional_info.specialities")]
    [InlineData("""{"speciality":"FAMILY_DOCTOR","speciality_officio":true}""", "{}", true)]
    [InlineData("""{"speciality":"FAMILY_DOCTOR","speciality_officio":false}""", "{}", false)]
    [InlineData("""{"speciality":"FAMILY_DOCTOR"}""", "{}", false)]
    [InlineData("""{"speciality":"FAMILY_DOCTOR","speciality_officio":"true"}""", "{}", false)]
    [InlineData(
        null, """{"specialities":[{"speciality":"GENERAL_SURGERY","speciality_officio":false},{"speciality":"FAMILY_DOCTOR","speciality_officio":true}]}""", true)]
    [InlineData("""{"speciality":"GENERAL_SURGERY","speciality_officio":true}""",
        """{"specialities":[{"speciality":"FAMILY_DOCTOR","speciality_officio":false}]}""", false)]
    [InlineData(null, """{"specialities":null}""", false)]
    [InlineData(null, "{}", false)]
    public async Task Officio(string? speciality, string additionalInfo, bool matches)
    {
        var provider = await Given.Provider();
        var employee = await Given.Employee(provider);
        await registry.Execute(
            "UPDATE employees SET speciality = $2::json, additional_info = $3::json WHERE id = $1", employee, speciality, additionalInfo);

        var answer = await registry.Send(
            "POST", Path, await Given.Token(provider, Scope), Body($"{await Given.HealthcareService(provider)}", $"{employee}"));

        if (matches)
            answer.Succeeded(201);
        else
            answer.IsIlBusinessFault("$.employee_id", "Employee speciality should match healthcare service speciality type");
    }

    [Fact(DisplayName = "11 a service without a speciality type matches no employee")]
    public async Task NoSpecialityType()
    {
        var provider = await Given.Provider();
        var service = await Given.HealthcareService(provider);
        await registry.Execute("UPDATE healthcare_services SET speciality_type = NULL WHERE id = $1", service);

        (await registry.Send("POST", Path, await Given.Token(provider, Scope), Body($"{service}", $"{await Given.Doctor(provider)}")))
            .IsIlBusinessFault("$.employee_id", "Employee speciality should match healthcare service speciality type");
    }

    [Fact(DisplayName = "Of 32 concurrent calls for one pair exactly one succeeds, and the others are refused as duplicates")]
    public async Task Race()
    {
        var provider = await Given.Provider();
        var body = Body($"{await Given.HealthcareService(provider)}", $"{await Given.Doctor(provider)}");
        var credential = await Given.Token(provider, Scope);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => registry.Send("POST", Path, credential, body)));

        Assert.Single(answers, answer => answer.Status == 201);
        foreach (var answer in answers.Where(answer => answer.Status != 201))
            answer.IsIlRefusal(409, "request_conflict", "Duplicated employee role for this employee and healthcare service");
    }

    private static bool Has(string text, string word) => text.Split(' ').Contains(word);

    private static string Body(string service, string employee) =>
        $$"""{"healthcare_service_id":"{{service}}","employee_id":"{{employee}}"}""";
}
