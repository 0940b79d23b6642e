using System.Globalization;

namespace Esoz.Tests.Scenarios;

/// <summary>The life cycle of a provider from its first division to its closure, over HTTP, and its audit rows and events.</summary>
public sealed class ProvidersLifeTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scopes =
        "employee_role:read employee_role:write healthcare_service:read healthcare_service:write division:read division:details division:write "
        + "division:activate division:deactivate employee:read employee:details employee:deactivate legal_entity:read legal_entity:deactivate";

    private Given Given => registry.Given;

    [Fact(DisplayName =
        "A division opens, a service and a role are added, refused, ended; the provider is suspended and closed; audit and events record exactly this")]
    public async Task Story()
    {
        var user = Guid.NewGuid();
        var provider = await Given.Provider();
        var owner = await Given.Employee(provider, type: "OWNER");
        var contract = await Given.Contract(provider);
        var me = await Given.Token(provider, Scopes, user);

        // A division opens and gets a service.
        var division = Id(await Send("POST", "/api/divisions", Division, 201));
        var service = Id(await Send("POST", "/api/healthcare_services", Service(division), 201));

        // A family doctor and a surgeon are hired (their requests are outside this build); only one of them fits the service.
        var doctor = await Given.Doctor(provider, division);
        var surgeon = await Given.Doctor(provider, speciality: "GENERAL_SURGERY");
        (await Send("POST", "/api/employee_roles", Pair(service, surgeon), 422))
            .IsIlBusinessFault("$.employee_id", "Employee speciality should match healthcare service speciality type");
        var role = Id(await Send("POST", "/api/employee_roles", Pair(service, doctor), 201));
        (await Send("POST", "/api/employee_roles", Pair(service, doctor), 409))
            .IsIlRefusal(409, "request_conflict", "Duplicated employee role for this employee and healthcare service");

        // Dependent rows can be ended in one order only.
        await Refused(
            $"/api/divisions/{division}/actions/deactivate", "Division cannot be deactivated - active healthcare services exists");
        await Refused(
            $"/api/employees/{doctor}/actions/deactivate", "Employee cannot be deactivated - active employee roles exists", Dismissal);
        await Send("PATCH", $"/api/employee_roles/{role}/actions/deactivate");
        await Send("PATCH", $"/api/healthcare_services/{service}/actions/deactivate");
        await Refused($"/api/divisions/{division}/actions/deactivate", "Division cannot be deactivated - active employees exists");
        await Send("PATCH", $"/api/employees/{doctor}/actions/deactivate", Dismissal);
        await Send("PATCH", $"/api/divisions/{division}/actions/deactivate");
        await Refused($"/api/healthcare_services/{service}/actions/activate", "Division must be active");

        // The NHS suspends the provider (outside this build); work continues with a new doctor.
        await registry.Execute(
            "UPDATE legal_entities SET status = 'SUSPENDED', updated_at = now(), updated_by = $2 WHERE id = $1", provider, user);
        await Send("PATCH", $"/api/divisions/{division}/actions/activate");
        await Send("PATCH", $"/api/healthcare_services/{service}/actions/activate");
        var successor = await Given.Doctor(provider, division);
        var newRole = Id(await Send("POST", "/api/employee_roles", Pair(service, successor), 201));

        // It is closed: the token ends. With a new one nothing can be added any more, everything can be read.
        await Send("PATCH", $"/api/legal_entities/{provider}/actions/deactivate");
        registry.Clock.Age(TimeSpan.FromSeconds(5));
        (await registry.Send("GET", "/api/employee_roles", me)).IsIlRefusal(401, "access_denied", "Invalid access token");
        var ended = await registry.Scalar<Guid>("SELECT id FROM tokens WHERE user_id = $1", user);
        me = await Given.Token(provider, Scopes, user);
        await Refused($"/api/employee_roles/{newRole}/actions/deactivate", "Legal entity must be ACTIVE or SUSPENDED");
        (await Send("POST", "/api/healthcare_services", Service(division), 409))
            .IsIlRefusal(409, "request_conflict", "Invalid legal entity status");
        Assert.Equal([role, newRole], (await Send("GET", "/api/employee_roles?status=INACTIVE")).Ids());

        Assert.Equal(
            [
                $"divisions {division} ACTIVE", $"healthcare_services {service} ACTIVE", $"employee_roles {role} ACTIVE",
                $"employee_roles {role} INACTIVE", $"healthcare_services {service} INACTIVE", $"employees {doctor} STOPPED",
                $"divisions {division} INACTIVE",
                $"legal_entities {provider} SUSPENDED",
                $"divisions {division} ACTIVE", $"healthcare_services {service} ACTIVE", $"employee_roles {newRole} ACTIVE",
                // One transaction, ordered by table.
                $"contracts {contract} TERMINATED", $"employee_roles {newRole} INACTIVE",
                .. ((string[])[$"employees {surgeon} AUTODEACTIVATED", $"employees {successor} AUTODEACTIVATED", $"employees {owner} ",
                    .. ContractOwners(contract)]).Order(StringComparer.Ordinal),
                $"legal_entities {provider} CLOSED", $"tokens {ended} ",
            ],
            await EventsOf(
                "SELECT resource || ' ' || resource_id || ' ' || coalesce(changeset ->> 'status', '') FROM audit_log WHERE actor_id = $1::text ORDER BY inserted_at, resource, 1", user));
        Assert.Equal(
            [
                $"EmployeeRole {role} INACTIVE", $"Employee {doctor} STOPPED", $"LegalEntity {provider} SUSPENDED",
                $"Contract {contract} TERMINATED",
                .. ((string[])[$"Employee {surgeon} AUTODEACTIVATED", $"Employee {successor} AUTODEACTIVATED", .. ContractOwners(contract)])
                .Select(line => line.Replace("employees", "Employee", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
                $"EmployeeRole {newRole} INACTIVE", $"LegalEntity {provider} CLOSED",
            ],
            await EventsOf(
                "SELECT entity_type || ' ' || entity_id || ' ' || (properties #>> '{status,new_value}') FROM events WHERE changed_by = $1 ORDER BY event_time, entity_type, 1", user));

        async Task<Answer> Send(string verb, string path, string? body = null, int status = 200) =>
            (await registry.Send(verb, path, me, body)).Succeeded(status);

        async Task Refused(string path, string message, string? body = null) =>
            (await registry.Send("PATCH", path, me, body)).IsIlRefusal(409, "request_conflict", message);

        // The contract's signer on the provider's side is an employee as well (an ADMIN), and is ended with the others.
        IEnumerable<string> ContractOwners(Guid id) =>
            [$"employees {registry.Scalar<Guid>("SELECT contractor_owner_id FROM contracts WHERE id = $1", id).Result} AUTODEACTIVATED"];
    }

    private async Task<IEnumerable<string>> EventsOf(string sql, Guid user) =>
        (await registry.Rows(sql, user)).Select(row => (string)row.Values.Single()!);

    private static Guid Id(Answer answer) => answer.Data.GetProperty("id").GetGuid();

    private static string Pair(Guid service, Guid employee) => $$"""{"healthcare_service_id":"{{service}}","employee_id":"{{employee}}"}""";

    private static string Service(Guid division) => $$"""
        {"division_id":"{{division}}","category":{"coding":[{"system":"HEALTHCARE_SERVICE_CATEGORIES","code":"MSP"}]},"speciality_type":"FAMILY_DOCTOR","providing_condition":"OUTPATIENT"}
        """;

    private static string Dismissal =>
        $$"""{"status":"STOPPED","end_date":"{{DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}}"}""";

    private const string Division = """
        {"name":"Амбулаторія","type":"AMBULANT_CLINIC","email":"amb@clinic.ua","phones":[{"type":"MOBILE","number":"+380671234567"}],
         "addresses":[{"type":"RESIDENCE","country":"UA","area":"М.КИЇВ","settlement":"Київ","settlement_type":"CITY","settlement_id":"5e771e00-0000-4000-8000-000000000002"}]}
        """;
}
