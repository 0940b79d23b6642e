using static Esoz.Pis.MemberType;

namespace Esoz.Pis;

/// <summary>Records of <c>/api/pis/bulk/healthcare_services</c> (pis-bulk §4.6).</summary>
public static class HealthcareServicesSnapshot
{
    public static SnapshotResource Resource { get; } = new("healthcare_services", "HEALTHCARE_SERVICES_BULK_UPLOAD_SCHEDULE")
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
