using static Esoz.Pis.MemberType;

namespace Esoz.Pis;

/// <summary>
/// Records of <c>/api/pis/bulk/declarations_limit</c>: how many patients a doctor of primary care may have, and has (pis-bulk §4.8).
/// Computed, so it has no change instants and no windows.
/// </summary>
public static class DeclarationsLimitSnapshot
{
    /// <summary>
    /// Per party: the specialities held officially in any of its employees, the lowest of their limits, and the declarations of all of
    /// them that are in force or about to be. A limit that is missing or no number fails the run.
    /// </summary>
    private const string Limits = """
        (SELECT party_id,
                min(limits.value) AS declarations_limit,
                (SELECT count(*)
                   FROM declarations JOIN employees doctor ON doctor.id = declarations.employee_id
                  WHERE doctor.party_id = employees.party_id AND declarations.status IN ('active', 'pending_verification')) AS declarations_count
           FROM employees,
                LATERAL (SELECT speciality::jsonb AS held
                          UNION ALL
                         SELECT jsonb_array_elements(CASE jsonb_typeof(additional_info::jsonb -> 'specialities')
                                                       WHEN 'array' THEN additional_info::jsonb -> 'specialities' ELSE '[]' END)) specialities,
                (SELECT parameters.speciality, (SELECT coalesce(max(value), 'is missing: ' || parameters.parameter)::int FROM global_parameters
                                                 WHERE global_parameters.parameter = parameters.parameter) AS value
                   FROM (VALUES ('PEDIATRICIAN', 'pediatrician_declaration_limit'),
                                ('THERAPIST', 'therapist_declaration_limit'),
                                ('FAMILY_DOCTOR', 'family_doctor_declaration_limit')) parameters (speciality, parameter)) limits
          WHERE held ->> 'speciality' = limits.speciality AND held -> 'speciality_officio' = 'true'
          GROUP BY party_id) declarations_limit
        """;

    public static SnapshotResource Resource { get; } = new("declarations_limit", "DECLARATIONS_LIMIT_BULK_UPLOAD_SCHEDULE")
    {
        Tables = [],
        From = Limits,
        ChangedAt = "now()",
        TieBreak = "party_id",
        HasWindows = false,
        Key = ["party_id"],
        Members =
        [
            new("party_id", Uuid) { Columns = [] },
            new("declarations_limit", Number) { Columns = [] },
            new("declarations_count", Number) { Columns = [] },
        ],
        Withheld = [],
    };
}
