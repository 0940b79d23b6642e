namespace Esoz.Tests.EmployeeRoles;

/// <summary>API-005-007-004-0127 Deactivate employee role (employee-roles §5).</summary>
public sealed class DeactivateEmployeeRoleTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "employee_role:write";

    private Given Given => registry.Given;

    [Fact(DisplayName = "An ACTIVE role becomes INACTIVE, and only the documented members change")]
    public async Task Deactivates()
    {
        var provider = await Given.Provider();
        var role = await Given.EmployeeRole(provider);
        var user = Guid.NewGuid();
        var before = await Row(role);

        var answer = await Deactivate(role, await Given.Token(provider, Scope, user));

        var data = answer.Succeeded().Data;
        Assert.Equal(
            ["id", "healthcare_service_id", "employee_id", "start_date", "end_date", "status", "is_active", "inserted_at", "inserted_by",
                "updated_at", "updated_by"],
            data.EnumerateObject().Select(member => member.Name));
        Assert.Equal("INACTIVE", data.GetProperty("status").GetString());
        Assert.Equal("2026-01-05T09:00:00Z", data.GetProperty("start_date").GetString());
        Assert.Equal(data.GetProperty("updated_at").GetString(), data.GetProperty("end_date").GetString());
        var after = await Row(role);
        Assert.Equal(
            ["end_date", "status", "updated_at", "updated_by"], after.Keys.Where(column => !Equals(before[column], after[column])).Order());
        Assert.Equal(user, after["updated_by"]);
        Assert.Equal(after["updated_at"], after["end_date"]);
        Assert.True((bool)after["is_active"]!);
    }

    [Fact(DisplayName = "The envelope is meta with code, url, type and request id, then data")]
    public async Task Envelope()
    {
        var provider = await Given.Provider();
        var role = await Given.EmployeeRole(provider);

        var answer = await registry.Send("PATCH", Path(role), await Given.Token(provider, Scope), body: null, ("X-Request-ID", "mis-7#1"));

        Assert.Equal(["meta", "data"], answer.Succeeded().Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            $$"""{"code":200,"url":"{{registry.Url.AbsoluteUri.TrimEnd('/')}}{{Path(role)}}","type":"object","request_id":"mis-7#1"}""",
            answer.Json.GetProperty("meta").GetRawText());
    }

    [Fact(DisplayName = "The change leaves one audit row with the changed columns and one status event, by the token's user")]
    public async Task Trace()
    {
        var provider = await Given.Provider();
        var role = await Given.EmployeeRole(provider);
        var user = Guid.NewGuid();

        (await Deactivate(role, await Given.Token(provider, Scope, user))).Succeeded();

        var audit = Assert.Single(await registry.Rows(
            "SELECT actor_id, changeset->>'status' AS status, changeset->>'end_date' AS ended, (SELECT string_agg(k, ' ' ORDER BY k) FROM jsonb_object_keys(changeset) k) AS members FROM audit_log WHERE resource = 'employee_roles' AND resource_id = $1::text AND changeset ? 'end_date' AND changeset->>'status' = 'INACTIVE'", role));
        Assert.Equal((user.ToString(), "INACTIVE", "end_date status updated_by"), (audit["actor_id"], audit["status"], audit["members"]));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", (string)audit["ended"]!);
        var change = Assert.Single(
            await registry.Rows(
                "SELECT event_type, entity_type, properties::text AS properties, changed_by FROM events WHERE entity_id = $1", role));
        Assert.Equal(("StatusChangeEvent", "EmployeeRole", """{"status": {"new_value": "INACTIVE"}}""", user),
            (change["event_type"], change["entity_type"], change["properties"], change["changed_by"]));
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time, so the order is tested.</summary>
    public static TheoryData<string, string, string, int, string, string> Validations => new()
    {
        // rule, legal entity, role, status, type, message
        { "1 legal entity is CLOSED; the role is missing", "CLOSED", "missing", 409, "request_conflict",
            "Legal entity must be ACTIVE or SUSPENDED" },
        { "1 legal entity is CLOSED; the role is foreign and INACTIVE", "CLOSED", "foreign INACTIVE", 409, "request_conflict",
            "Legal entity must be ACTIVE or SUSPENDED" },
        { "1 legal entity is CLOSED; the role is INACTIVE", "CLOSED", "INACTIVE", 409, "request_conflict",
            "Legal entity must be ACTIVE or SUSPENDED" },
        { "1 legal entity is REORGANIZED", "REORGANIZED", "ACTIVE", 409, "request_conflict", "Legal entity must be ACTIVE or SUSPENDED" },
        { "1 client has no legal entity; the id is no uuid", "none", "not a uuid", 409, "request_conflict",
            "Legal entity must be ACTIVE or SUSPENDED" },
        { "2 the role is missing", "ACTIVE", "missing", 404, "not_found", "Employee role not found" },
        { "2 the id is no uuid", "ACTIVE", "not a uuid", 404, "not_found", "Employee role not found" },
        { "2 the role is not is_active, foreign and INACTIVE", "ACTIVE", "foreign INACTIVE deleted", 404, "not_found",
            "Employee role not found" },
        { "3 the role is foreign and INACTIVE", "ACTIVE", "foreign INACTIVE", 403, "forbidden",
            "Employee role belongs to another legal entity" },
        { "3 the role is foreign", "SUSPENDED", "foreign ACTIVE", 403, "forbidden", "Employee role belongs to another legal entity" },
        { "4 the role is INACTIVE", "ACTIVE", "INACTIVE", 409, "request_conflict", "INACTIVE employee role cannot be DEACTIVATED" },
        { "4 the role is INACTIVE, legal entity SUSPENDED", "SUSPENDED", "INACTIVE", 409, "request_conflict",
            "INACTIVE employee role cannot be DEACTIVATED" },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string rule, string legalEntity, string role, int status, string type, string message)
    {
        var provider = Guid.NewGuid();
        if (legalEntity == "none")
            await Given.Client(provider, "MSP");
        else
            provider = await Given.Provider(legalEntity);
        var owner = role.Contains("foreign", StringComparison.Ordinal) || legalEntity == "none" ? await Given.Provider() : provider;
        var id = role switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            _ => (await Given.EmployeeRole(owner, role.Contains("INACTIVE", StringComparison.Ordinal) ? "INACTIVE" : "ACTIVE",
                !role.Contains("deleted", StringComparison.Ordinal))).ToString(),
        };
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await registry.Send("PATCH", $"/api/employee_roles/{id}/actions/deactivate", await Given.Token(provider, Scope));

        answer.IsIlRefusal(status, type, message);
        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), rule);
    }

    [Fact(DisplayName = "A SUSPENDED legal entity may deactivate")]
    public async Task Suspended()
    {
        var provider = await Given.Provider("SUSPENDED");

        (await Deactivate(await Given.EmployeeRole(provider), await Given.Token(provider, Scope))).Succeeded();
    }

    [Theory(DisplayName = "A sent body is ignored, whatever its content or media type")]
    [InlineData("application/json", "{not json")]
    [InlineData("text/plain", "hello")]
    [InlineData("application/json", "")]
    public async Task IgnoresBody(string mediaType, string body)
    {
        var provider = await Given.Provider();
        var credential = await Given.Token(provider, Scope);
        using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(registry.Url, Path(await Given.EmployeeRole(provider))))
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, mediaType),
            Headers = { { "Authorization", $"Bearer {credential.Token}" } },
        };

        using var response = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact(DisplayName = "Of 32 concurrent calls exactly one succeeds, and the others are refused because the role is INACTIVE")]
    public async Task Race()
    {
        var provider = await Given.Provider();
        var role = await Given.EmployeeRole(provider);
        var credential = await Given.Token(provider, Scope);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Deactivate(role, credential)));

        Assert.Single(answers, answer => answer.Status == 200);
        foreach (var answer in answers.Where(answer => answer.Status != 200))
            answer.IsIlRefusal(409, "request_conflict", "INACTIVE employee role cannot be DEACTIVATED");
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM events WHERE entity_id = $1", role));
    }

    private static string Path(Guid role) => $"/api/employee_roles/{role}/actions/deactivate";

    private Task<Answer> Deactivate(Guid role, Credential credential) => registry.Send("PATCH", Path(role), credential);

    private async Task<Dictionary<string, object?>> Row(Guid role) =>
        Assert.Single(await registry.Rows("SELECT * FROM employee_roles WHERE id = $1", role));
}
