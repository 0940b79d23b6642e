using static Esoz.Pis.MemberType;

namespace Esoz.Pis;

/// <summary>Records of <c>/api/pis/bulk/employees</c> (pis-bulk §4.2).</summary>
public static class EmployeesSnapshot
{
    public static SnapshotResource Resource { get; } = new("employees", "EMPLOYEES_BULK_UPLOAD_SCHEDULE")
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
