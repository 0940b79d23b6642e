using Esoz.Pis.Serving;
using Esoz.Platform.Http;

namespace Esoz.Pis;

/// <summary>API-005-012-003-0479 PIS. Get divisions (Bulk data export) (pis-bulk §1, §4.3).</summary>
public static class GetDivisionsBulk
{
    public static readonly MethodCard Card = new("API-005-012-003-0479", "PIS. Get divisions (Bulk data export)",
        "GET", "/api/pis/bulk/divisions", Family.PisBulk, "division_bulk:read_pis")
    {
        Purpose = "Gets all divisions with their addresses as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(DivisionsSnapshot.Resource, caller, query, ct);
}
