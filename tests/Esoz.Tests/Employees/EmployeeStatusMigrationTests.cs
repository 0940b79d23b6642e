using Esoz.Platform.Database;
using Esoz.Tests.Guards;
using Npgsql;

namespace Esoz.Tests.Employees;

/// <summary>Rows that were stored before a status was spelled anew (migration 0017).</summary>
public sealed class EmployeeStatusMigrationTests(TestCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "ENTERED IN ERROR becomes ENTERED_IN_ERROR, as a change by the system; other rows stay as they are")]
    public async Task Respells()
    {
        await using var database = NpgsqlDataSource.Create(await cluster.CreateEmptyDatabase() + ";Search Path=esoz");
        await using var connection = await database.OpenConnectionAsync(Ct);
        await connection.Execute("CREATE SCHEMA esoz", Ct);
        var files = SourceTree.Files("db", "*.sql").Order(StringComparer.Ordinal).ToList();
        var migration = files.FindIndex(file => file.Contains("0017-", StringComparison.Ordinal));
        foreach (var file in files[..migration])
            await connection.Execute(SourceTree.Read(file), Ct);
        await connection.Execute("""
            INSERT INTO legal_entities (id, status, type, edrpou, addresses, inserted_by)
            VALUES ('11111111-0000-4000-8000-000000000001', 'ACTIVE', 'OUTPATIENT', '40000001', '[]', gen_random_uuid());
            INSERT INTO parties (id, first_name, last_name, birth_date, gender, tax_id, inserted_by)
            VALUES ('22222222-0000-4000-8000-000000000001', 'Олена', 'Ткачук', '1983-05-17', 'FEMALE', '3000000001', gen_random_uuid());
            INSERT INTO employees (id, legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_by)
            SELECT gen_random_uuid(), '11111111-0000-4000-8000-000000000001', '22222222-0000-4000-8000-000000000001', 'P1', 'HR', status,
                   '2024-01-01', true, gen_random_uuid()
              FROM unnest(ARRAY['ENTERED IN ERROR', 'APPROVED']) AS status;
            """, Ct);

        await connection.Execute(SourceTree.Read(files[migration]), Ct);

        Assert.Equal("APPROVED, ENTERED_IN_ERROR by 4261eacf-8008-4e62-899f-de1e2f7065f0", await Scalar(
            "SELECT string_agg(concat_ws(' by ', status, updated_by::text), ', ' ORDER BY status) FROM employees"));
        Assert.Equal("ENTERED_IN_ERROR", await Scalar(
            "SELECT string_agg(changeset ->> 'status', ', ') FROM audit_log WHERE resource = 'employees' AND changeset ? 'updated_by'"));

        async Task<string> Scalar(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return (string)(await command.ExecuteScalarAsync(Ct))!;
        }
    }
}
