namespace Esoz.Employees;

/// <summary>
/// The specialities of an employee: <c>speciality</c> and every entry of <c>additional_info.specialities</c> (data-model §2.5), as SQL, to
/// compare them with the requirement of a healthcare service.
/// </summary>
public static class EmployeeSpecialities
{
    /// <summary>A set of jsonb entries; values of another shape are ignored.</summary>
    /// <param name="employee">Alias of the table <c>employees</c> in the statement.</param>
    public static string Entries(string employee) => $"""
        jsonb_array_elements(jsonb_build_array({employee}.speciality) || coalesce(nullif({employee}.additional_info::jsonb -> 'specialities', 'null'), '[]'))
        """;

    /// <summary>SQL condition: the speciality is that of the employee's position.</summary>
    /// <param name="entry">Alias of an entry in the statement.</param>
    public static string IsOfficio(string entry) => $"{entry} -> 'speciality_officio' = 'true'";
}
