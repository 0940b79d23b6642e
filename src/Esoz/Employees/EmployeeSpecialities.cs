namespace Esoz.Employees;

/// <summary>
/// The specialities of an employee: <c>speciality</c> and every entry of <c>additional_info.specialities</c> (data-model §2.5), as SQL for
/// whoever compares them with what a healthcare service asks for.
/// </summary>
public static class EmployeeSpecialities
{
    /// <summary>A set of jsonb entries; what is stored in another shape is no entry.</summary>
    /// <param name="employee">Name of the table <c>employees</c> in the statement.</param>
    public static string Entries(string employee) => $"""
        jsonb_array_elements(jsonb_build_array({employee}.speciality) || coalesce(nullif({employee}.additional_info::jsonb -> 'specialities', 'null'), '[]'))
        """;

    /// <summary>The speciality is the one that the employee holds the position with.</summary>
    /// <param name="entry">Name of an entry in the statement.</param>
    public static string IsOfficio(string entry) => $"{entry} -> 'speciality_officio' = 'true'";
}
