namespace Esoz.Employees;

/// <summary>
/// The specialities of an employee: <c>speciality</c> and every entry of <c>additional_info.specialities</c> (data-model §2.5), as SQL, to
/// compare them with the requirement of a healthcare service and to show them.
/// </summary>
public static class EmployeeSpecialities
{
    private static readonly string Members = StoredJson.Members("entry", "speciality", "speciality_officio", "level", "qualification_type",
        "attestation_name", "attestation_date", "valid_to_date", "certificate_number");

    /// <summary>A set of jsonb entries; values of another shape are ignored.</summary>
    /// <param name="employee">Alias of the table <c>employees</c> in the statement.</param>
    public static string Entries(string employee) => $"""
        jsonb_array_elements(jsonb_build_array({employee}.speciality) || coalesce(nullif({employee}.additional_info::jsonb -> 'specialities', 'null'), '[]'))
        """;

    /// <summary>SQL condition: the speciality is that of the employee's position.</summary>
    /// <param name="entry">Alias of an entry in the statement.</param>
    public static string IsOfficio(string entry) => $"{entry} -> 'speciality_officio' = 'true'";

    /// <summary>
    /// The JSON list that answers show (employee-roles §6.4): the speciality of the post first, unless the list contains it, then the list;
    /// null when there are none. Values that are not objects are not shown.
    /// </summary>
    /// <param name="employee">Alias of the table <c>employees</c> in the statement.</param>
    public static string Shown(string employee) => $"""
        (SELECT json_agg(json_build_object({Members}) ORDER BY place)
           FROM (SELECT {employee}.speciality::jsonb AS post, {employee}.additional_info::jsonb -> 'specialities' AS list) stored,
                LATERAL (SELECT stored.post AS entry, 0 AS place WHERE NOT coalesce(stored.list @> jsonb_build_array(stored.post), false)
                         UNION ALL
                         SELECT listed.entry, listed.place
                           FROM jsonb_array_elements(CASE jsonb_typeof(stored.list) WHEN 'array' THEN stored.list ELSE '[]' END)
                                WITH ORDINALITY AS listed (entry, place)) entries
          WHERE jsonb_typeof(entry) = 'object')
        """;
}
