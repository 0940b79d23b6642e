using Esoz.Codes;
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
    public static async Task<RoleSpecialities?> Remember(
        NpgsqlConnection connection, IEnumerable<StagedTable> staged, CancellationToken ct)
    {
        if (staged.FirstOrDefault(lines => lines.Table.Name == "employees") is not { } employees)
            return null;
        await connection.ExecuteWithoutTimeout($"""
            CREATE TEMP TABLE role_specialities ON COMMIT DROP AS
            SELECT s.line, e.id AS employee_id, r.id AS role_id, h.speciality_type, {Has("e")} AS has
              FROM {employees.Name} s
              JOIN employees e ON e.id = s.id
              JOIN employee_roles r ON r.employee_id = e.id AND r.status = '{EmployeeRoleStatus.Active}' AND r.is_active
              JOIN healthcare_services h ON h.id = r.healthcare_service_id
             WHERE h.speciality_type IS NOT NULL
            """, ct);
        return new(employees.Source);
    }

    /// <exception cref="ImportFailedException">A speciality is lost; the message has the lines of the employees.</exception>
    public async Task Check(NpgsqlConnection connection, CancellationToken ct)
    {
        var command = new NpgsqlCommand($"""
            SELECT DISTINCT h.line, h.speciality_type
              FROM role_specialities h
              JOIN employees e ON e.id = h.employee_id
              JOIN employee_roles r ON r.id = h.role_id AND r.status = '{EmployeeRoleStatus.Active}' AND r.is_active
             WHERE {Has("e")} < h.has
             ORDER BY h.line
             LIMIT {ImportFailedException.MaxFaults}
            """, connection) { CommandTimeout = 0 };
        var faults = await command.ReadAll(
            row => $"{_source}:{row.GetInt32(0)}: specialities: an ACTIVE role needs {row.GetString(1)}", ct);
        if (faults.Count > 0)
            throw new ImportFailedException(faults);
    }

    /// <summary>SQL of how the employee holds the speciality <c>h.speciality_type</c>: 2 officio, 1 otherwise, 0 not at all.</summary>
    private static string Has(string employee) => $"""
        (SELECT coalesce(max(CASE WHEN {EmployeeSpecialities.IsOfficio("entry")} THEN 2 ELSE 1 END), 0)
           FROM {EmployeeSpecialities.Entries(employee)} AS entry
          WHERE entry ->> 'speciality' = h.speciality_type)
        """;
}
