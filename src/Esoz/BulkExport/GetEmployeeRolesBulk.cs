using Esoz.BulkExport.Serving;
using Esoz.BulkExport.Snapshots;
using static Esoz.BulkExport.Snapshots.MemberType;

namespace Esoz.BulkExport;

/// <summary>API-005-023-0005 PIS. Get employee roles (Bulk data export) (pis-bulk §1, §4.5).</summary>
public static class GetEmployeeRolesBulk
{
    public static readonly MethodCard Card = new("API-005-023-0005", "PIS. Get employee roles (Bulk data export)",
        "GET", "/api/pis/bulk/employee_roles", Family.PisBulk, "employee_role_bulk:read_pis")
    {
        Purpose =
            "Gets all employee roles as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        HasPersonalData = true,
        Records = () => Resource!.RecordSchema,
        Removals = () => BulkResource.RemovalSchema,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(Resource, caller, query, ct);

    /// <summary>Records of <c>/api/pis/bulk/employee_roles</c> (pis-bulk §4.5).</summary>
    public static BulkResource Resource { get; } = new("employee_roles", "EMPLOYEE_ROLES_BULK_UPLOAD_SCHEDULE")
    {
        Tables = ["employee_roles"],
        From = "employee_roles",
        ChangedAt = "coalesce(updated_at, inserted_at)",
        Members =
        [
            new("id", Uuid),
            new("healthcare_service_id", Uuid),
            new("employee_id", Uuid),
            new("start_date", Instant),
            new("end_date", Instant),
            new("status", Text),
            new("inserted_at", Instant),
            new("updated_at", Instant),
        ],
        Withheld =
        [
            new("is_active", "stays true when a role ends; the status says it, and the record of the page has no such member"),
            .. WithheldColumn.Authors,
        ],
    };
}
