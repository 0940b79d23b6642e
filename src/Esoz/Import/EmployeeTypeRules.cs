using System.Text.Json;
using Esoz.Codes;
using Esoz.Employees;
using Npgsql;

namespace Esoz.Import;

/// <summary>
/// Which codes fit the type of an employee: position, specialities, education (dictionaries §2, Codes per employee type), and which types
/// of employees a legal entity has (scopes §5). The lists are those of a client in use; whether the real system checks them is not known,
/// so an import takes the row and warns.
/// </summary>
internal static class EmployeeTypeRules
{
    /// <summary>JSON: type → field → codes. A type or a field that is not there has no list.</summary>
    internal static string Json()
    {
        using var file = new StreamReader(typeof(EmployeeTypeRules).Assembly.GetManifestResourceStream("EmployeeTypeRules.json")!);
        return file.ReadToEnd();
    }

    /// <summary>Types of employees by type of legal entity. A type that is not there has no list.</summary>
    internal static IReadOnlyDictionary<string, string[]> ByLegalEntity { get; } = new Dictionary<string, string[]>
    {
        [LegalEntityType.Msp] =
        [
            EmployeeType.Owner, EmployeeType.Hr, EmployeeType.Doctor, EmployeeType.Admin, EmployeeType.Receptionist, EmployeeType.Laborant,
        ],
        [LegalEntityType.MspLimited] = [EmployeeType.ReorganizationOwner, EmployeeType.Owner, EmployeeType.Admin, EmployeeType.Doctor],
        [LegalEntityType.PrimaryCare] =
        [
            EmployeeType.ReorganizationOwner, EmployeeType.Owner, EmployeeType.Hr, EmployeeType.Doctor, EmployeeType.Assistant,
            EmployeeType.Admin, EmployeeType.Receptionist, EmployeeType.MedAdmin, EmployeeType.Laborant,
        ],
        [LegalEntityType.Pharmacy] = [EmployeeType.PharmacyOwner, EmployeeType.Owner, EmployeeType.Pharmacist, EmployeeType.Hr],
        [LegalEntityType.Outpatient] =
        [
            EmployeeType.ReorganizationOwner, EmployeeType.Owner, EmployeeType.Hr, EmployeeType.Assistant, EmployeeType.Specialist,
            EmployeeType.Admin, EmployeeType.Receptionist, EmployeeType.MedAdmin, EmployeeType.Laborant, EmployeeType.MedCoordinator,
        ],
        [LegalEntityType.Emergency] =
        [
            EmployeeType.ReorganizationOwner, EmployeeType.Owner, EmployeeType.Hr, EmployeeType.Specialist, EmployeeType.Assistant,
            EmployeeType.Admin,
        ],
    };

    /// <summary>Checks the loaded employees as they are after the merge.</summary>
    /// <returns>One warning for every type and field, with its first line; without values, which may be free words.</returns>
    public static async Task<IReadOnlyList<string>> Warnings(
        NpgsqlConnection connection, IEnumerable<StagedTable> staged, CancellationToken ct)
    {
        if (staged.FirstOrDefault(lines => lines.Table.Name == "employees") is not { } loaded)
            return [];
        return await new NpgsqlCommand($"""
            SELECT min(s.line), rule.field, e.employee_type, count(DISTINCT s.line)
              FROM {loaded.Name} s
              JOIN employees e ON e.id = s.id
              JOIN (SELECT type.key AS employee_type, field.key AS field, field.value AS codes
                      FROM jsonb_each($1::jsonb) AS type, jsonb_each(type.value) AS field) rule ON rule.employee_type = e.employee_type
              JOIN LATERAL (
                    SELECT 'position' AS field, e.position AS code
                     WHERE e.employee_type NOT IN ('{EmployeeType.Admin}', '{EmployeeType.Hr}', '{EmployeeType.Receptionist}') OR EXISTS (
                       SELECT FROM dictionary_values value JOIN dictionaries d ON d.id = value.dictionary_id
                        WHERE d.name = 'POSITION' AND value.code = e.position)
                    UNION ALL
                    SELECT member.*
                      FROM {EmployeeSpecialities.Entries("e")} AS entry,
                           LATERAL (VALUES ('speciality_type', entry ->> 'speciality'), ('speciality_level', entry ->> 'level'),
                                           ('speciality_qualification_type', entry ->> 'qualification_type')) AS member
                    UNION ALL
                    SELECT 'education_degree', entry ->> 'degree' FROM {ListOf("educations")} AS entry
                    UNION ALL
                    SELECT 'qualification_type', entry ->> 'type' FROM {ListOf("qualifications")} AS entry
                  ) held ON held.field = rule.field
             WHERE held.code IS NOT NULL AND NOT rule.codes ? held.code
             GROUP BY rule.field, e.employee_type
             UNION ALL
            SELECT min(s.line), 'employee_type', entity.type, count(DISTINCT s.line)
              FROM {loaded.Name} s
              JOIN employees e ON e.id = s.id
              JOIN legal_entities entity ON entity.id = e.legal_entity_id
             WHERE NOT ($2::jsonb -> entity.type) ? e.employee_type
             GROUP BY entity.type
             ORDER BY 1, 2
            """, connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = Json() }, new() { Value = JsonSerializer.Serialize(ByLegalEntity) } },
        }.ReadAll(rows =>
            $"{loaded.Source}:{rows.GetInt32(0)}: {rows.GetString(1)}: is none of those for {rows.GetString(2)}; so in {rows.GetInt64(3)} rows",
            ct);
    }

    private static string ListOf(string member) => $"""
        jsonb_array_elements(CASE jsonb_typeof(e.additional_info::jsonb -> '{member}')
                             WHEN 'array' THEN e.additional_info::jsonb -> '{member}' ELSE '[]' END)
        """;
}
