using Esoz.Pis.Serving;
using Esoz.Platform.Http;

namespace Esoz.Pis;

/// <summary>API-005-013-0006 PIS. Get declarations limit (Bulk data export) (pis-bulk §1, §4.8).</summary>
public static class GetDeclarationsLimitBulk
{
    public static readonly MethodCard Card = new("API-005-013-0006", "PIS. Get declarations limit (Bulk data export)",
        "GET", "/api/pis/bulk/declarations_limit", Family.PisBulk, "declaration_bulk:read_pis")
    {
        Purpose = "Gets limit and number of declarations of every doctor of primary care as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        Validations = SnapshotDownload.ValidationsWithoutDepth,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(DeclarationsLimitSnapshot.Resource, caller, query, ct);
}
