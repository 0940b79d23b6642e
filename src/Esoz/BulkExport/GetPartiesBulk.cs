using Esoz.Pis.Serving;
using Esoz.Platform.Http;

namespace Esoz.Pis;

/// <summary>API-005-012-001-0476 PIS. Get parties (Bulk data export) (pis-bulk §1, §4.1).</summary>
public static class GetPartiesBulk
{
    public static readonly MethodCard Card = new("API-005-012-001-0476", "PIS. Get parties (Bulk data export)",
        "GET", "/api/pis/bulk/parties", Family.PisBulk, "party_bulk:read_pis")
    {
        Purpose = "Gets all parties as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(PartiesSnapshot.Resource, caller, query, ct);
}
