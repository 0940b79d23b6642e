namespace Esoz.Tests.LegalEntities;

/// <summary>
/// Deactivate legal entity (employee-roles §6.1): permissions, rules, and concurrency. Effects:
/// <see cref="Cascades.LegalEntityClosureTests"/>.
/// </summary>
public sealed class DeactivateLegalEntityTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "legal_entity:deactivate";

    private Given Given => registry.Given;

    [Theory(DisplayName = "A working legal entity is closed by itself or by the NHS; the answer shows it as it is now")]
    [InlineData("ACTIVE", "MSP")]
    [InlineData("SUSPENDED", "MSP")]
    [InlineData("ACTIVE", "NHS")]
    [InlineData("SUSPENDED", "NHS")]
    public async Task Closes(string status, string clientType)
    {
        var provider = await Given.Provider(status);
        var client = provider;
        if (clientType == "NHS")
            await Given.Client(client = Guid.NewGuid(), "NHS");
        var user = Guid.NewGuid();

        var answer = (await Deactivate(provider, await Given.Token(client, Scope, user))).Succeeded();

        Assert.Equal(["meta", "data"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            [
                "id", "name", "short_name", "public_name", "type", "owner_property_type", "legal_form", "edrpou", "kveds", "addresses",
                "phones", "email", "website", "receiver_funds_code", "beneficiary", "medical_service_provider", "archive", "security",
                "is_active", "inserted_by", "inserted_at", "created_by_mis_client_id", "updated_at", "updated_by", "status",
            ],
            answer.Data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            (provider, "CLOSED", true, user), (answer.Data.GetProperty("id").GetGuid(), answer.Data.GetProperty("status").GetString(),
            answer.Data.GetProperty("is_active").GetBoolean(), answer.Data.GetProperty("updated_by").GetGuid()));
        Assert.Equal(
            ("[]", """{"licenses":[],"accreditation":null}""", """{"redirect_uri":null}""", "null"),
            (answer.Data.GetProperty("kveds").GetRawText(), answer.Data.GetProperty("medical_service_provider").GetRawText(),
                answer.Data.GetProperty("security").GetRawText(), answer.Data.GetProperty("created_by_mis_client_id").GetRawText()));
    }

    [Fact(DisplayName = "The answer shows the active licences, the codes of КВЕД, and the oldest connection of the client with its consumer")]
    public async Task ShowsConnection()
    {
        var provider = await Given.Provider();
        var mis = Guid.NewGuid();
        await Given.Client(mis, "MIS");
        await registry.Execute("""
            UPDATE legal_entities
               SET name = NULL, edr = '{"name": "КНП «З реєстру»"}', kveds = '["86.10"]', phones = '[{"type": "MOBILE", "number": "+380000000001", "note": null}]',
                   accreditation = '{"category": "FIRST", "order_no": "7"}'
             WHERE id = $1
            """, provider);
        var license = await Given.Insert("licenses", new()
        {
            ["legal_entity_id"] = provider,
            ["type"] = "MSP",
            ["inserted_at"] = new DateTime(2026, 1, 5, 9, 0, 0, DateTimeKind.Utc),
        });
        await Given.Insert("licenses", new() { ["legal_entity_id"] = provider, ["type"] = "MSP", ["is_active"] = false });
        foreach (var (day, consumer) in new[] { (2, provider), (1, mis) })
            await Given.Insert("connections", new()
            {
                ["client_id"] = provider,
                ["consumer_id"] = consumer,
                ["redirect_uri"] = $"https://{day}.invalid/",
                ["secret_hash"] = new string((char)('0' + day), 64),
                ["inserted_at"] = new DateTime(2026, 1, day, 0, 0, 0, DateTimeKind.Utc),
            });

        var data = (await Deactivate(provider, await Given.Token(provider, Scope))).Succeeded().Data;

        Assert.Equal(("КНП «З реєстру»", "[\"86.10\"]", "https://1.invalid/", mis),
            (data.GetProperty("name").GetString(), data.GetProperty("kveds").GetRawText(),
                data.GetProperty("security").GetProperty("redirect_uri").GetString(),
                data.GetProperty("created_by_mis_client_id").GetGuid()));
        Assert.False(data.GetProperty("phones")[0].TryGetProperty("note", out _));
        var care = data.GetProperty("medical_service_provider");
        Assert.Equal("FIRST", care.GetProperty("accreditation").GetProperty("category").GetString());
        var shown = Assert.Single(care.GetProperty("licenses").EnumerateArray());
        Assert.Equal((license, "2026-01-05T09:00:00Z"),
            (shown.GetProperty("id").GetGuid(), shown.GetProperty("inserted_at").GetString()));
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    public static TheoryData<string, string, string, int, string, string> Validations => new()
    {
        // rule, legal entity, client, status, type, message
        { "1 the legal entity is missing, the client without one", "missing", "MSP", 404, "not_found", "Legal entity not found" },
        { "1 the id is no uuid", "not a uuid", "NHS", 404, "not_found", "Legal entity not found" },
        { "2 the legal entity is foreign, closed and deleted", "CLOSED deleted", "MSP", 403, "forbidden", "Access denied" },
        { "2 the legal entity is foreign", "ACTIVE", "MSP", 403, "forbidden", "Access denied" },
        { "2 the legal entity is foreign, the client a MIS", "SUSPENDED", "MIS", 403, "forbidden", "Access denied" },
        { "3 the legal entity is CLOSED", "CLOSED", "own", 409, "request_conflict", "Invalid transition" },
        { "3 the legal entity is REORGANIZED", "REORGANIZED", "own", 409, "request_conflict", "Invalid transition" },
        { "3 the legal entity is deleted", "ACTIVE deleted", "own", 409, "request_conflict", "Invalid transition" },
        { "3 the legal entity is CLOSED, the client the NHS", "CLOSED", "NHS", 409, "request_conflict", "Invalid transition" },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string rule, string legalEntity, string client, int status, string type, string message)
    {
        var id = legalEntity switch
        {
            "missing" => Guid.NewGuid(),
            "not a uuid" => (Guid?)null,
            _ => await Given.LegalEntity(legalEntity.Split(' ')[0], isActive: !legalEntity.EndsWith("deleted", StringComparison.Ordinal)),
        };
        // Rows that the closure would change.
        if (!legalEntity.Contains(' ', StringComparison.Ordinal) && id is { } known && legalEntity != "missing")
            await Given.EmployeeRole(known);
        var clientId = client == "own" ? id!.Value : Guid.NewGuid();
        await Given.Client(clientId, client == "own" ? "MSP" : client);
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await registry.Send(
            "PATCH", $"/api/legal_entities/{id?.ToString() ?? "2c9e2f0b-6a35"}/actions/deactivate", await Given.Token(clientId, Scope));

        answer.IsIlRefusal(status, type, message);
        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), rule);
    }

    [Fact(DisplayName = "A sent body is ignored")]
    public async Task IgnoresBody()
    {
        var provider = await Given.Provider();

        (await registry.Send("PATCH", Path(provider), await Given.Token(provider, Scope), "{not json")).Succeeded();
    }

    [Fact(DisplayName =
        "Of 32 concurrent closures exactly one succeeds, and the others are refused because of the status; everything changed once")]
    public async Task Race()
    {
        var provider = await Given.Provider();
        var role = await Given.EmployeeRole(provider);
        var credential = await Given.Token(provider, Scope);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Deactivate(provider, credential)));

        Assert.Single(answers, answer => answer.Status == 200);
        foreach (var answer in answers.Where(answer => answer.Status != 200))
            answer.IsIlRefusal(409, "request_conflict", "Invalid transition");
        Assert.Equal(2, await registry.Scalar<long>("SELECT count(*) FROM events WHERE entity_id = ANY ($1)", new[] { provider, role }));
    }

    [Fact(DisplayName =
        "Roles that are added while the legal entity is being closed are refused or end, without a deadlock")]
    public async Task RaceWithOthers()
    {
        var nhs = await Given.Nhs();
        var (ended, refused) = (0, 0);
        for (var round = 0; round < 40; round++)
        {
            var provider = await Given.Provider();
            var credential = await Given.Token(provider, $"{Scope} employee_role:write employee:deactivate");
            var services = new[] { await Given.HealthcareService(provider), await Given.HealthcareService(provider) };
            var doctors = new[] { await Given.Doctor(provider), await Given.Doctor(provider), await Given.Doctor(provider) };
            var role = await Given.EmployeeRole(provider);
            var contract = await Given.Contract(provider);
            var division = await Given.Division(provider);
            var additions = (
                from service in services
                from doctor in doctors[..2]
                select (Func<Task<Answer>>)(() => registry.Send("POST", "/api/employee_roles", credential,
                    $$"""{"healthcare_service_id":"{{service}}","employee_id":"{{doctor}}"}"""))).ToList();
            Func<Task<Answer>> closure = () => Deactivate(provider, credential);
            Func<Task<Answer>>[] others =
            [
                () => registry.Send("PATCH", $"/api/employees/{doctors[2]}/actions/deactivate", credential,
                    """{"status":"STOPPED","end_date":"2026-03-31"}"""),
                () => registry.Send("PATCH", $"/api/employee_roles/{role}/actions/deactivate", credential),
                () => registry.Send("POST", "/api/admin/contract_employees", nhs,
                    $$"""{"staff_units":1,"declaration_limit":0,"employee_id":"{{doctors[0]}}","division_id":"{{division}}","contract_id":"{{contract}}","start_date":"2026-01-01T00:00:00Z"}"""),
            ];

            // The closure is sent later in each round, so that both orders occur.
            var calls = additions.Select(call => call()).Take(round % 5).ToList();
            var closing = closure();
            calls.AddRange(additions.Skip(round % 5).Select(call => call()));
            var concurrent = await Task.WhenAll(others.Select(call => call()));

            (await closing).Succeeded();
            foreach (var answer in await Task.WhenAll(calls))
            {
                if (answer.Status == 201)
                {
                    ended++;
                    continue;
                }
                answer.IsIlRefusal(409, "request_conflict", "Legal entity must be ACTIVE or SUSPENDED");
                refused++;
            }
            Assert.All(concurrent, answer => Assert.True(answer.Status is 200 or 201 or 409, answer.Text));
            Assert.Equal(0, await registry.Scalar<long>(
                "SELECT count(*) FROM employee_roles role JOIN employees employee ON employee.id = role.employee_id WHERE employee.legal_entity_id = $1 AND role.status = 'ACTIVE'", provider));
            Assert.Equal(
                0, await registry.Scalar<long>(
                    "SELECT count(*) FROM employees WHERE legal_entity_id = $1 AND status = 'APPROVED'", provider));
        }
        Assert.True(ended > 0 && refused > 0, $"{ended} ended, {refused} refused: one order was never met.");
    }

    private static string Path(Guid legalEntity) => $"/api/legal_entities/{legalEntity}/actions/deactivate";

    private Task<Answer> Deactivate(Guid legalEntity, Credential credential) => registry.Send("PATCH", Path(legalEntity), credential);
}
