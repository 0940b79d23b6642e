using Esoz.Pis.Serving;
using Esoz.Platform.Http;

namespace Esoz.Pis;

/// <summary>API-005-012-002-0477 PIS. Get employees (Bulk data export) (pis-bulk §1, §4.2).</summary>
public static class GetEmployeesBulk
{
    public static readonly MethodCard Card = new("API-005-012-002-0477", "PIS. Get employees (Bulk data export)",
        "GET", "/api/pis/bulk/employees", Family.PisBulk, "employee_bulk:read_pis")
    {
        Purpose = "Gets all employees as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(EmployeesSnapshot.Resource, caller, query, ct);
}
