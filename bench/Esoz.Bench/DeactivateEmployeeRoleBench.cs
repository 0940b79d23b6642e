using Esoz.EmployeeRoles;
using Esoz.Platform.Access;

namespace Esoz.Bench;

/// <summary>Deactivating roles, each once: token check, the page's validations, update, audit row, event row, commit.</summary>
public static class DeactivateEmployeeRoleBench
{
    public static readonly Comparison Comparison = new("deactivate",
        "PATCH /api/employee_roles/{id}/actions/deactivate under wrk: token check, validations, update, audit and event rows, durable commit",
        "the same statement by pgbench -M prepared, same triggers, same cluster",
        0.70, Prepare, Refill);

    private const int Services = 500;
    private static readonly Guid Provider = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000001");
    private static readonly Guid User = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000002");

    private static async Task<Subjects> Prepare(BenchInstallation installation)
    {
        await installation.Prepare($"""
            INSERT INTO legal_entities (id, name, status, type, edrpou, addresses, is_active, inserted_at, inserted_by)
            VALUES ('{Provider}', 'Поліклініка', 'ACTIVE', 'OUTPATIENT', '40000001', '[]', true, now(), '{User}');
            INSERT INTO divisions (id, legal_entity_id, name, type, phones, status, is_active, inserted_at, inserted_by)
            SELECT {Rows.Id(3, "i")}, '{Provider}', 'Амбулаторія', 'CLINIC', '[]', 'ACTIVE', true, now(), '{User}' FROM generate_series(1, {Services}) i;
            INSERT INTO healthcare_services (id, legal_entity_id, division_id, category, speciality_type, providing_condition, status, is_active, inserted_at, inserted_by)
            SELECT {Rows.Id(4, "i")}, '{Provider}', {Rows.Id(3, "i")}, {Rows.MspCategory}, 'FAMILY_DOCTOR', 'OUTPATIENT', 'ACTIVE', true, now(), '{User}' FROM generate_series(1, {Services}) i;
            INSERT INTO parties (id, first_name, last_name, birth_date, gender, tax_id, inserted_at, inserted_by)
            VALUES ('{Provider}', 'Олена', 'Ткачук', '1983-05-17', 'FEMALE', '3000000001', now(), '{User}');
            INSERT INTO employees (id, legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_at, inserted_by)
            SELECT {Rows.Id(5, "i")}, '{Provider}', '{Provider}', 'P7', 'DOCTOR', 'APPROVED', '2019-06-04', true, now(), '{User}' FROM generate_series(0, 9999) i;
            """);
        var registrar = new Registrar(installation.Database);
        await registrar.Register(new(Provider, "MSP", null, null, "DIRECT", null), CancellationToken.None);
        var token = await registrar.IssueToken(Provider, User, "employee_role:write", TimeSpan.FromHours(1), CancellationToken.None);
        return new(
            $"""
            local n = 0
            wrk.method = "PATCH"
            wrk.headers["Authorization"] = "Bearer {token}"
            request = function()
              n = n + 1
              return wrk.format(nil, string.format("/api/employee_roles/{Rows.Prefix(6)}%012x/actions/deactivate", n))
            end
            """,
            // Every client of pgbench has its own counter; together they use each role once.
            "\\set i :n * :clients + :client_id\n\\set n :n + 1\n" + DeactivateEmployeeRole.Deactivation.Sql
                .Replace("$1", $"'{Provider}'", StringComparison.Ordinal)
                .Replace("$2", Rows.Id(6, ":i"), StringComparison.Ordinal)
                .Replace("$3", $"'{User}'", StringComparison.Ordinal)
                .Replace("$4", $"'{Provider} bench 127.0.0.1'", StringComparison.Ordinal) + ";",
            Sample: (url, number) => Subjects.Request(
                HttpMethod.Patch, $"{url}/api/employee_roles/{Rows.Prefix(6)}{number:x12}/actions/deactivate", token!));
    }

    private static Task Refill(BenchInstallation installation, int rows) => installation.Prepare($"""
        TRUNCATE employee_roles, audit_log, events;
        INSERT INTO employee_roles (id, healthcare_service_id, employee_id, start_date, status, is_active, inserted_at, inserted_by, updated_at, updated_by)
        SELECT {Rows.Id(6, "i")}, {Rows.Id(4, $"1 + i / 10000 % {Services}")}, {Rows.Id(5, "i % 10000")}, now(), 'ACTIVE', true, now(), '{User}', now(), '{User}' FROM generate_series(0, {rows}) i
        """);
}
