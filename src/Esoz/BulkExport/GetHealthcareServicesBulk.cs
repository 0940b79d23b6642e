using Esoz.BulkExport.Serving;
using Esoz.BulkExport.Snapshots;
using static Esoz.BulkExport.Snapshots.MemberType;

namespace Esoz.BulkExport;

/// <summary>PIS. Get healthcare services (Bulk data export) (pis-bulk §1, §4.6).</summary>
public static class GetHealthcareServicesBulk
{
    public static readonly MethodCard Card = new(
        "pis-get-healthcare-services-bulk-data-export", "PIS. Get healthcare services (Bulk data export)",
        "GET", "/api/pis/bulk/healthcare_services", Family.PisBulk, "healthcare_service_bulk:read_pis")
    {
        Purpose =
            "Gets all healthcare services as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        HasPersonalData = false,
        Records = () => Resource!.RecordSchema,
        Removals = () => BulkResource.RemovalSchema,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(Resource, caller, query, ct);

    /// <summary>Records of <c>/api/pis/bulk/healthcare_services</c> (pis-bulk §4.6).</summary>
    public static BulkResource Resource { get; } = new("healthcare_services", "HEALTHCARE_SERVICES_BULK_UPLOAD_SCHEDULE")
    {
        Tables = ["healthcare_services"],
        From = "healthcare_services",
        ChangedAt = "coalesce(updated_at, inserted_at)",
        Members =
        [
            new("id", Uuid),
            new("legal_entity_id", Uuid),
            new("division_id", Uuid),
            new("speciality_type", Text),
            new("providing_condition", Text),
            new("category", Json),
            new("type", Json),
            new("status", Text),
            new("comment", Text),
            new("coverage_area", Json),
            new("is_active", Flag),
            new("available_time", Json),
            new("not_available", Json),
            new("inserted_at", Instant),
            new("updated_at", Instant),
            new("license_id", Uuid),
        ],
        Withheld =
        [
            new("category_code", "computed from category, for indexes"),
            new("type_code", "computed from type, for indexes"),
            new("licensed_status", "internal course of licensing"),
            new("licensed_updated_at", "as licensed_status"),
            .. WithheldColumn.Authors,
        ],
    };
}
