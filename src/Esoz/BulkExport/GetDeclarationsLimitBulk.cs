using Esoz.BulkExport.Serving;
using Esoz.BulkExport.Snapshots;
using Esoz.Codes;
using static Esoz.BulkExport.Snapshots.MemberType;

namespace Esoz.BulkExport;

/// <summary>API-005-013-0006 PIS. Get declarations limit (Bulk data export) (pis-bulk §1, §4.8).</summary>
public static class GetDeclarationsLimitBulk
{
    public static readonly MethodCard Card = new("API-005-013-0006", "PIS. Get declarations limit (Bulk data export)",
        "GET", "/api/pis/bulk/declarations_limit", Family.PisBulk, "declaration_bulk:read_pis")
    {
        Purpose =
            "Gets limit and number of declarations of every doctor of primary care as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        HasPersonalData = true,
        Records = () => Resource!.RecordSchema,
        Validations = SnapshotDownload.ValidationsWithoutDepth,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(Resource, caller, query, ct);

    /// <summary>
    /// Per party: the specialities held officially in any of its employees, the lowest of their limits, and the declarations of all of them
    /// that are in force or about to be. A limit that is missing or not a number fails the run. Each value is parsed once.
    /// </summary>
    private const string Limits = $"""
        (WITH limits AS MATERIALIZED (
           SELECT parameters.speciality, (SELECT coalesce(max(value), 'is missing: ' || parameters.parameter)::int FROM global_parameters
                                           WHERE global_parameters.parameter = parameters.parameter) AS value
             FROM (VALUES ('{SpecialityType.Pediatrician}', 'pediatrician_declaration_limit'),
                          ('{SpecialityType.Therapist}', 'therapist_declaration_limit'),
                          ('{SpecialityType.FamilyDoctor}', 'family_doctor_declaration_limit')) parameters (speciality, parameter)),
         held AS (
           SELECT party_id, speciality ->> 'speciality' AS speciality, speciality -> 'speciality_officio' AS is_official
             FROM employees
            UNION ALL
           SELECT party_id, item ->> 'speciality', item -> 'speciality_officio'
             FROM (SELECT party_id, additional_info -> 'specialities' AS list FROM employees OFFSET 0) lists,
                  json_array_elements(CASE json_typeof(list) WHEN 'array' THEN list ELSE '[]' END) item),
         counted AS (
           SELECT party_id, count(*) AS declarations
             FROM declarations JOIN employees ON employees.id = declarations.employee_id
            WHERE declarations.status IN ('{DeclarationStatus.Active}', '{DeclarationStatus.PendingVerification}')
            GROUP BY party_id)
         SELECT party_id, min(limits.value) AS declarations_limit, coalesce(max(counted.declarations), 0) AS declarations_count
           FROM held JOIN limits USING (speciality) LEFT JOIN counted USING (party_id)
          WHERE is_official::text = 'true'
          GROUP BY party_id) declarations_limit
        """;

    /// <summary>
    /// Records of <c>/api/pis/bulk/declarations_limit</c>: how many patients a doctor of primary care may have, and has (pis-bulk §4.8).
    /// Computed, so it has no change instants and no windows.
    /// </summary>
    public static BulkResource Resource { get; } = new("declarations_limit", "DECLARATIONS_LIMIT_BULK_UPLOAD_SCHEDULE")
    {
        Tables = [],
        From = Limits,
        ChangedAt = "now()",
        TieBreak = "party_id",
        Writers = [],
        HasWindows = false,
        Key = "party_id",
        Members =
        [
            new("party_id", Uuid) { Columns = [] },
            new("declarations_limit", Number) { Columns = [] },
            new("declarations_count", Number) { Columns = [] },
        ],
        Withheld = [],
    };
}
