using System.Text.Json.Nodes;

namespace Esoz.Tests.Cascades;

/// <summary>Effects of the closure of a legal entity (employee-roles §7): every row that changes, and that no other row does.</summary>
public sealed class LegalEntityClosureTests(Registry registry) : IClassFixture<Registry>
{
    private static readonly string[] Tables =
    [
        "legal_entities", "licenses", "parties", "divisions", "employees", "healthcare_services", "employee_roles", "contracts",
        "contract_divisions", "contract_employees",
    ];

    private Given Given => registry.Given;

    [Fact(DisplayName =
        "1 every active APPROVED employee is AUTODEACTIVATED and their ACTIVE roles end, whatever the policy; those who left before, and their roles, stay as they are")]
    public async Task Employees()
    {
        var provider = await Given.Provider();
        var (doctor, registrar) = (await Given.Doctor(provider), await Given.Employee(provider, type: "RECEPTIONIST"));
        await registry.Execute("UPDATE employees SET end_date = '2099-12-31', status_reason = 'old' WHERE id = $1", registrar);
        var (first, second) = (await Given.EmployeeRole(await Given.HealthcareService(provider), doctor),
            await Given.EmployeeRole(await Given.HealthcareService(provider, status: "INACTIVE"), doctor));
        var over = await Given.EmployeeRole(await Given.HealthcareService(provider), doctor);
        await registry.Execute("UPDATE employee_roles SET status = 'INACTIVE', end_date = '2026-02-01T09:00:00Z' WHERE id = $1", over);
        var deleted = await Given.EmployeeRole(await Given.HealthcareService(provider), doctor);
        await registry.Execute("UPDATE employee_roles SET is_active = false WHERE id = $1", deleted);
        foreach (var (status, isActive) in new[] { ("STOPPED", true), ("ENTERED_IN_ERROR", true), ("REORGANIZED", true),
            ("AUTODEACTIVATED", true), ("NEW", true), ("APPROVED", false) })
            await Given.EmployeeRole(
                await Given.HealthcareService(provider), await Given.Doctor(provider, status: status, isActive: isActive));
        await Given.EmployeeRole(await Given.Provider());
        await Given.Contract(await Given.Provider());

        await Changes(provider, today => new()
        {
            [$"employees {doctor}"] = $"end_date={today} status=AUTODEACTIVATED status_reason=auto_legal_entity_deactivate",
            [$"employees {registrar}"] = $"end_date={today} status=AUTODEACTIVATED status_reason=auto_legal_entity_deactivate",
            [$"employee_roles {first}"] = "end_date=now status=INACTIVE",
            [$"employee_roles {second}"] = "end_date=now status=INACTIVE",
            [$"legal_entities {provider}"] = "status=CLOSED",
        });
    }

    [Fact(DisplayName = "2 owners keep their status and are no longer active from today; a role of theirs ends")]
    public async Task Owners()
    {
        var provider = await Given.Provider("SUSPENDED", "PHARMACY");
        var (owner, pharmacyOwner) = (await Given.Employee(provider, type: "OWNER"),
            await Given.Employee(provider, type: "PHARMACY_OWNER"));
        var role = await Given.EmployeeRole(await Given.HealthcareService(provider), owner);
        await Given.Employee(provider, type: "OWNER", isActive: false);
        await Given.Employee(provider, type: "PHARMACY_OWNER", status: "DISMISSED", isActive: false);

        await Changes(provider, today => new()
        {
            [$"employees {owner}"] = $"end_date={today} is_active=false",
            [$"employees {pharmacyOwner}"] = $"end_date={today} is_active=false",
            [$"employee_roles {role}"] = "end_date=now status=INACTIVE",
            [$"legal_entities {provider}"] = "status=CLOSED",
        });
    }

    [Fact(DisplayName =
        "3 VERIFIED contracts of every type end; TERMINATED, deleted and other contractors' ones, divisions and employees of contracts stay as they are")]
    public async Task Contracts()
    {
        var provider = await Given.Provider();
        var contracts = new[] { await Given.Contract(provider), await Given.Contract(provider, "CAPITATION"),
            await Given.Contract(provider, "REIMBURSEMENT") };
        var terminated = await Given.Contract(provider);
        await registry.Execute("UPDATE contracts SET status = 'TERMINATED', status_reason = 'over' WHERE id = $1", terminated);
        await Given.Contract(provider, isActive: false);
        var others = await Given.Contract(await Given.Provider());
        // The legal entity may have another role in a contract of another contractor.
        await registry.Execute("UPDATE contracts SET nhs_legal_entity_id = $2 WHERE id = $1", others, provider);
        await registry.Execute("UPDATE employees SET status = 'STOPPED' WHERE legal_entity_id = $1", provider);
        var division = await Given.Division(provider);
        await Given.Insert("contract_divisions", new() { ["contract_id"] = contracts[0], ["division_id"] = division });
        await Given.Insert("contract_employees", new()
        {
            ["contract_id"] = contracts[0],
            ["division_id"] = division,
            ["employee_id"] = await Given.Employee(provider, status: "STOPPED"),
            ["staff_units"] = 1.0,
            ["declaration_limit"] = 0,
            ["start_date"] = DateTime.UtcNow,
        });

        await Changes(
            provider, _ =>
            new(contracts.Select(
                contract => KeyValuePair.Create($"contracts {contract}", "status=TERMINATED status_reason=auto_deactivation_legal_entity")))
            {
                [$"legal_entities {provider}"] = "status=CLOSED",
            });
    }

    [Fact(DisplayName = "4 the legal entity is CLOSED and keeps its reasons; its services, divisions and licences stay as they are")]
    public async Task LegalEntity()
    {
        var provider = await Given.Provider("SUSPENDED");
        await registry.Execute(
            "UPDATE legal_entities SET status_reason = 'AUTO_SUSPEND', reason = 'Без договорів' WHERE id = $1", provider);
        await Given.HealthcareService(provider);
        await Given.Insert("licenses", new() { ["legal_entity_id"] = provider, ["type"] = "MSP", ["is_primary"] = true });

        await Changes(provider, _ => new() { [$"legal_entities {provider}"] = "status=CLOSED" });
    }

    /// <summary>
    /// Closes <paramref name="provider"/>: in the whole registry exactly the expected columns change, all by the caller with one timestamp,
    /// with one audit row for every changed row and one event for every changed status.
    /// </summary>
    private async Task Changes(Guid provider, Func<string, Dictionary<string, string>> expected)
    {
        var user = Guid.NewGuid();
        var token = await Given.Token(provider, "legal_entity:deactivate", user);
        var before = await Everything();
        var today = await registry.Scalar<string>("SELECT (now() AT TIME ZONE 'Europe/Kyiv')::date::text");
        var (audits, events) = (await Marks("audit_log"), await Marks("events"));

        (await registry.Send("PATCH", $"/api/legal_entities/{provider}/actions/deactivate", token)).Succeeded();

        var after = await Everything();
        var changed = after.Where(row => !JsonNode.DeepEquals(before[row.Key], row.Value)).ToDictionary();
        var instant = Assert.Single(changed.Values.Select(row => row["updated_at"]!.GetValue<string>()).Distinct());
        Assert.All(changed.Values, row => Assert.Equal(user.ToString(), row["updated_by"]!.GetValue<string>()));
        var columns = changed.ToDictionary(
            row => row.Key, row => row.Value.Where(column => !JsonNode.DeepEquals(column.Value, before[row.Key][column.Key])).ToList());
        Assert.Equal(Sorted(expected(today)), Sorted(columns.ToDictionary(row => row.Key, row => string.Join(' ', row.Value
            .Where(column => column.Key is not ("updated_at" or "updated_by")).OrderBy(column => column.Key, StringComparer.Ordinal)
            .Select(column => $"{column.Key}={(column.Value!.ToString() == instant ? "now" : column.Value)}")))));

        var written = await registry.Rows(
            "SELECT actor_id, resource || ' ' || resource_id AS row, (SELECT string_agg(k, ' ' ORDER BY k) FROM jsonb_object_keys(changeset) k) AS columns FROM audit_log WHERE id <> ALL ($1) AND resource NOT IN ('tokens', 'users')", audits);
        Assert.All(written, row => Assert.Equal(user.ToString(), row["actor_id"]));
        Assert.Equal(
            columns.Select(row =>
                $"{row.Key}: {string.Join(' ', row.Value.Select(column => column.Key).Where(column => column != "updated_at").Order(StringComparer.Ordinal))}").Order(),
            written.Select(row => $"{row["row"]}: {row["columns"]}").Order());

        var rows = await registry.Rows(
            "SELECT entity_type, entity_id, event_type, properties::text AS properties, changed_by FROM events WHERE id <> ALL ($1)",
            events);
        Assert.All(rows, row => Assert.Equal(("StatusChangeEvent", user), (row["event_type"], row["changed_by"])));
        Assert.Equal(
            columns.SelectMany(row => row.Value.Where(column => column.Key == "status")
                .Select(column => $$$"""{{{Entity(row.Key)}}} {"status": {"new_value": "{{{column.Value}}}"}}""")).Order(),
            rows.Select(row => $"{row["entity_type"]} {row["entity_id"]} {row["properties"]}").Order());
    }

    private static IEnumerable<string> Sorted(Dictionary<string, string> changes) =>
        changes.Select(change => $"{change.Key}: {change.Value}").Order();

    /// <summary><c>employee_roles {id}</c> → <c>EmployeeRole {id}</c>.</summary>
    private static string Entity(string row) => row.Split(' ') switch
    {
        ["legal_entities", var id] => $"LegalEntity {id}",
        ["employees", var id] => $"Employee {id}",
        ["employee_roles", var id] => $"EmployeeRole {id}",
        ["contracts", var id] => $"Contract {id}",
        _ => throw new ArgumentException($"No events are expected for {row}.", nameof(row)),
    };

    private async Task<Dictionary<string, JsonObject>> Everything()
    {
        var rows = new Dictionary<string, JsonObject>();
        foreach (var table in Tables)
        {
            foreach (var row in await registry.Rows($"SELECT id, to_jsonb(row)::text AS columns FROM {table} row"))
                rows.Add($"{table} {row["id"]}", JsonNode.Parse((string)row["columns"]!)!.AsObject());
        }
        return rows;
    }

    private async Task<Guid[]> Marks(string table) => [.. (await registry.Rows($"SELECT id FROM {table}")).Select(row => (Guid)row["id"]!)];
}
