using Esoz.BulkExport.Serving;
using Esoz.BulkExport.Snapshots;
using static Esoz.BulkExport.Snapshots.MemberType;

namespace Esoz.BulkExport;

/// <summary>API-005-012-002-0477 PIS. Get employees (Bulk data export) (pis-bulk §1, §4.2).</summary>
public static class GetEmployeesBulk
{
    public static readonly MethodCard Card = new("API-005-012-002-0477", "PIS. Get employees (Bulk data export)",
        "GET", "/api/pis/bulk/employees", Family.PisBulk, "employee_bulk:read_pis")
    {
        Purpose = "Gets all employees as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        HasPersonalData = true,
        Records = () => Resource!.RecordSchema,
        Removals = () => BulkResource.RemovalSchema,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(Resource, caller, query, ct);

    /// <summary>Records of <c>/api/pis/bulk/employees</c> (pis-bulk §4.2).</summary>
    public static BulkResource Resource { get; } = new("employees", "EMPLOYEES_BULK_UPLOAD_SCHEDULE")
    {
        Tables = ["employees"],
        From = "employees",
        ChangedAt = "coalesce(updated_at, inserted_at)",
        Members =
        [
            new("id", Uuid),
            new("position", Text),
            new("status", Text),
            new("employee_type", Text),
            new("is_active", Flag),
            new("start_date", Day),
            new("end_date", Day),
            new("legal_entity_id", Uuid),
            new("division_id", Uuid),
            new("party_id", Uuid),
            new("inserted_at", Instant),
            new("updated_at", Instant),
            new("status_reason", Text),
            new("additional_info", Json),
            new("speciality", Json),
        ],
        Withheld =
        [
            .. WithheldColumn.Authors,
        ],
    };
}
