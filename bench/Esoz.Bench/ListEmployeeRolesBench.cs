using Esoz.Platform.Access;

namespace Esoz.Bench;

/// <summary>Listing the 50 roles of one legal entity in a large registry: token check, count, page, answer.</summary>
public static class ListEmployeeRolesBench
{
    public static readonly Comparison Comparison = new("list-employee-roles",
        "GET /api/employee_roles under wrk: token check, count and page of 50 in a registry of 1,000,000 employees and 500,000 roles",
        "the shortest query for the same rows and total by pgbench -M prepared, same cluster",
        0.40, Prepare, Refill);

    private const int Entities = 10_000;
    private const int EmployeesOfEach = 100;
    private const int RolesOfEach = 50;
    private const int Callers = 100;
    private static readonly Guid User = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000002");

    private static async Task<Subjects> Prepare(BenchInstallation installation)
    {
        await installation.Prepare($"""
            INSERT INTO legal_entities (id, name, status, type, edrpou, addresses, is_active, inserted_at, inserted_by)
            SELECT {Rows.Id(2, "i")}, 'Поліклініка', 'ACTIVE', 'OUTPATIENT', 40000000 + i, '[]', true, now(), '{User}' FROM generate_series(0, {Entities - 1}) i;
            INSERT INTO divisions (id, legal_entity_id, name, type, phones, status, is_active, inserted_at, inserted_by)
            SELECT {Rows.Id(3, "i")}, {Rows.Id(2, "i")}, 'Амбулаторія', 'CLINIC', '[]', 'ACTIVE', true, now(), '{User}' FROM generate_series(0, {Entities - 1}) i;
            INSERT INTO healthcare_services (id, legal_entity_id, division_id, category, speciality_type, providing_condition, status, is_active, inserted_at, inserted_by)
            SELECT {Rows.Id(4, "i")}, {Rows.Id(2, "i / 2")}, {Rows.Id(3, "i / 2")}, {Rows.MspCategory}, 'FAMILY_DOCTOR', CASE i % 2 WHEN 0 THEN 'OUTPATIENT' ELSE 'FIELD' END, 'ACTIVE', true, now(), '{User}'
              FROM generate_series(0, {Entities * 2 - 1}) i;
            INSERT INTO parties (id, first_name, last_name, birth_date, gender, tax_id, inserted_at, inserted_by)
            VALUES ('{User}', 'Олена', 'Ткачук', '1983-05-17', 'FEMALE', '3000000001', now(), '{User}');
            INSERT INTO employees (id, legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_at, inserted_by)
            SELECT {Rows.Id(5, "i")}, {Rows.Id(2, $"i / {EmployeesOfEach}")}, '{User}', 'P7', 'DOCTOR', 'APPROVED', '2019-06-04', true, now() - make_interval(secs => i % 99991), '{User}'
              FROM generate_series(0, {Entities * EmployeesOfEach - 1}) i;
            INSERT INTO employee_roles (id, healthcare_service_id, employee_id, start_date, status, is_active, inserted_at, inserted_by)
            SELECT {Rows.Id(6, "i")}, {Rows.Id(4, $"i / {RolesOfEach / 2}")}, {Rows.Id(5, "i * 2")}, now(), 'ACTIVE', true, now() - make_interval(secs => i % 99991), '{User}'
              FROM (SELECT i FROM generate_series(0, {Entities * RolesOfEach - 1}) i ORDER BY i % 7919) shuffled;
            """);
        var registrar = new Registrar(installation.Database);
        var tokens = new List<string>();
        for (var caller = 0; caller < Callers; caller++)
        {
            var provider = Guid.Parse($"{Rows.Prefix(2)}{caller * (Entities / Callers):x12}");
            await registrar.Register(new(provider, "OUTPATIENT", null, null, "DIRECT", null), CancellationToken.None);
            tokens.Add((await registrar.IssueToken(provider, User, "employee_role:read", TimeSpan.FromHours(1), CancellationToken.None))!);
        }
        return new(
            $$"""
            wrk.method = "GET"
            local tokens = { {{string.Join(", ", tokens.Select(token => $"\"{token}\""))}} }
            request = function()
              wrk.headers["Authorization"] = "Bearer " .. tokens[math.random(1, {{Callers}})]
              return wrk.format(nil, "/api/employee_roles")
            end
            """,
            $"""
            \set i random(0, {Callers - 1}) * {Entities / Callers}
            SELECT count(*) OVER (), role.id, role.healthcare_service_id, role.employee_id, role.start_date, role.end_date, role.status, role.is_active, role.inserted_at, role.inserted_by, role.updated_at, role.updated_by FROM employee_roles role JOIN healthcare_services service ON service.id = role.healthcare_service_id WHERE service.legal_entity_id = {Rows.Id(2, ":i")} AND role.is_active ORDER BY role.inserted_at, role.id LIMIT 50;
            """,
            Sample: (url, _) => Subjects.Request(HttpMethod.Get, $"{url}/api/employee_roles", tokens[0]));
    }

    /// <summary>Reading consumes no data.</summary>
    private static Task Refill(BenchInstallation installation, int rows) => Task.CompletedTask;
}
