using Esoz.Pis.Serving;
using Esoz.Platform.Http;

namespace Esoz.Pis;

/// <summary>API-005-023-0005 PIS. Get employee roles (Bulk data export) (pis-bulk §1, §4.5).</summary>
public static class GetEmployeeRolesBulk
{
    public static readonly MethodCard Card = new("API-005-023-0005", "PIS. Get employee roles (Bulk data export)",
        "GET", "/api/pis/bulk/employee_roles", Family.PisBulk, "employee_role_bulk:read_pis")
    {
        Purpose = "Gets all employee roles as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(EmployeeRolesSnapshot.Resource, caller, query, ct);
}
