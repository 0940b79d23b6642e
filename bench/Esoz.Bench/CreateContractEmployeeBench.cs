using Esoz.Contracts;
using Esoz.Platform.Access;

namespace Esoz.Bench;

/// <summary>Creating contract employees: key and token check, schema, the page's validations, insert, audit row, commit.</summary>
public static class CreateContractEmployeeBench
{
    public static readonly Comparison Comparison = new("create-contract-employee",
        "POST /api/admin/contract_employees under wrk: key and token check, schema, validations, insert, audit row, durable commit",
        "the same statement by pgbench -M prepared, same triggers, same cluster",
        0.75, Prepare, Refill);

    private const int Employees = 10_000;
    private static readonly Guid Provider = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000001");
    private static readonly Guid User = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000002");
    private static readonly Guid Nhs = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000003");

    private static async Task<Subjects> Prepare(BenchInstallation installation)
    {
        await installation.Prepare($"""
            INSERT INTO legal_entities (id, name, status, type, edrpou, addresses, is_active, inserted_at, inserted_by)
            VALUES ('{Provider}', 'Поліклініка', 'ACTIVE', 'OUTPATIENT', '40000001', '[]', true, now(), '{User}');
            INSERT INTO divisions (id, legal_entity_id, name, type, phones, status, is_active, inserted_at, inserted_by)
            SELECT {Rows.Id(3, "i")}, '{Provider}', 'Амбулаторія', 'CLINIC', '[]', 'ACTIVE', true, now(), '{User}' FROM generate_series(0, {Employees - 1}) i;
            INSERT INTO parties (id, first_name, last_name, birth_date, gender, tax_id, inserted_at, inserted_by)
            VALUES ('{Provider}', 'Олена', 'Ткачук', '1983-05-17', 'FEMALE', '3000000001', now(), '{User}');
            INSERT INTO employees (id, legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_at, inserted_by)
            SELECT {Rows.Id(5, "i")}, '{Provider}', '{Provider}', 'P7', 'DOCTOR', 'APPROVED', '2019-06-04', true, now(), '{User}' FROM generate_series(0, {Employees - 1}) i;
            INSERT INTO contracts (id, type, status, start_date, end_date, contractor_legal_entity_id, contractor_owner_id, contractor_base, contractor_payment_details,
                                   nhs_legal_entity_id, nhs_signer_id, nhs_signed_date, id_form, is_active, inserted_at, inserted_by)
            SELECT {Rows.Id(7, "i")}, 'GB_CBP', 'VERIFIED', '2026-01-01', '2026-12-31', '{Provider}', {Rows.Id(5, "0")}, 'Статут', '{"{}"}',
                   '{Provider}', {Rows.Id(5, "0")}, '2025-12-20', 'GB_CBP', true, now(), '{User}' FROM generate_series(0, {Employees - 1}) i;
            """);
        var registrar = new Registrar(installation.Database);
        await registrar.Register(new(Nhs, "NHS", null, null, "DIRECT", null), CancellationToken.None);
        var token = await registrar.IssueToken(Nhs, User, "private_contracts:write", TimeSpan.FromHours(1), CancellationToken.None);
        var key = await registrar.IssueKey(Nhs, TimeSpan.FromHours(1), CancellationToken.None);
        return new(
            $$"""
            local n = 0
            wrk.method = "POST"
            wrk.headers["Authorization"] = "Bearer {{token}}"
            wrk.headers["api-key"] = "{{key}}"
            wrk.headers["Content-Type"] = "application/json"
            request = function()
              n = (n + 1) % {{Employees}}
              return wrk.format(nil, "/api/admin/contract_employees", nil, string.format(
                '{"staff_units":0.5,"declaration_limit":900,"employee_id":"{{Rows.Prefix(5)}}%012x","division_id":"{{Rows.Prefix(3)}}%012x","contract_id":"{{Rows.Prefix(7)}}%012x","start_date":"2026-01-01T00:00:00Z","end_date":null}', n, n, n))
            end
            """,
            $"\\set n :n + 1\n\\set i (:n * :clients + :client_id) % {Employees}\n" + CreateContractEmployee.Creation.Sql
                .Replace("$10", $"'{Nhs} bench 127.0.0.1'", StringComparison.Ordinal)
                .Replace("$1", "gen_random_uuid()", StringComparison.Ordinal)
                .Replace("$2", "0.5", StringComparison.Ordinal)
                .Replace("$3", "900", StringComparison.Ordinal)
                .Replace("$4", Rows.Id(5, ":i"), StringComparison.Ordinal)
                .Replace("$5", Rows.Id(3, ":i"), StringComparison.Ordinal)
                .Replace("$6", Rows.Id(7, ":i"), StringComparison.Ordinal)
                .Replace("$7", "timestamptz '2026-01-01T00:00:00Z'", StringComparison.Ordinal)
                .Replace("$8", "null::timestamptz", StringComparison.Ordinal)
                .Replace("$9", $"'{User}'", StringComparison.Ordinal) + ";");
    }

    private static Task Refill(BenchInstallation installation, int rows) =>
        installation.Prepare("TRUNCATE contract_employees, audit_log, events");
}
