using static Esoz.Pis.MemberType;

namespace Esoz.Pis;

/// <summary>Records of <c>/api/pis/bulk/employee_roles</c> (pis-bulk §4.5).</summary>
public static class EmployeeRolesSnapshot
{
    public static SnapshotResource Resource { get; } = new("employee_roles", "EMPLOYEE_ROLES_BULK_UPLOAD_SCHEDULE")
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
