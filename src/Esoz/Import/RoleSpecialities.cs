using Esoz.Employees;
using Npgsql;

namespace Esoz.Import;

/// <summary>
/// An employee may not lose a speciality that an ACTIVE role needs (employee-roles §7). The specialities that the roles of the loaded
/// employees need are recorded before the first row is written and checked after the last one, so an import that also ends the role passes.
/// A speciality is lost if no entry has it any more, or if no entry has it with <c>speciality_officio</c> any more.
/// </summary>
public sealed class RoleSpecialities
{
    private readonly string _source;

    private RoleSpecialities(string source) => _source = source;

    /// <summary>Null when no employees are loaded.</summary>
    public static async Task<RoleSpecialities?> RememberAsync(
        NpgsqlConnection connection, IEnumerable<StagedTable> staged, CancellationToken ct)
    {
        if (staged.FirstOrDefault(lines => lines.Table.Name == "employees") is not { } employees)
            return null;
        await ExecuteAsync(connection, $"""
            create temp table role_specialities on commit drop as
            select s.line, e.id as employee_id, r.id as role_id, h.speciality_type, {Has("e")} as has
              from {employees.Name} s
              join employees e on e.id = s.id
              join employee_roles r on r.employee_id = e.id and r.status = 'ACTIVE' and r.is_active
              join healthcare_services h on h.id = r.healthcare_service_id
             where h.speciality_type is not null
            """, ct);
        return new(employees.Source);
    }

    /// <exception cref="ImportFailedException">A speciality is lost; the message has the lines of the employees.</exception>
    public async Task CheckAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"""
            select distinct h.line, h.speciality_type
              from role_specialities h
              join employees e on e.id = h.employee_id
              join employee_roles r on r.id = h.role_id and r.status = 'ACTIVE' and r.is_active
             where {Has("e")} < h.has
             order by h.line
             limit {ImportFailedException.Most}
            """, connection) { CommandTimeout = 0 };
        await using var rows = await command.ExecuteReaderAsync(ct);
        List<string> faults = [];
        while (await rows.ReadAsync(ct))
            faults.Add($"{_source}:{rows.GetInt32(0)}: specialities: an ACTIVE role needs {rows.GetString(1)}");
        if (faults.Count > 0)
            throw new ImportFailedException(faults);
    }

    /// <summary>SQL of how the employee holds the speciality <c>h.speciality_type</c>: 2 officio, 1 otherwise, 0 not at all.</summary>
    private static string Has(string employee) => $"""
        (select coalesce(max(case when {EmployeeSpecialities.IsOfficio("entry")} then 2 else 1 end), 0)
           from {EmployeeSpecialities.Entries(employee)} as entry
          where entry ->> 'speciality' = h.speciality_type)
        """;

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
