using Esoz.Pis.Serving;
using Esoz.Platform.Http;

namespace Esoz.Pis;

/// <summary>API-005-012-004-0480 PIS. Get legal entities (Bulk data export) (pis-bulk §1, §4.4).</summary>
public static class GetLegalEntitiesBulk
{
    public static readonly MethodCard Card = new("API-005-012-004-0480", "PIS. Get legal entities (Bulk data export)",
        "GET", "/api/pis/bulk/legal_entities", Family.PisBulk, "legal_entity_bulk:read_pis")
    {
        Purpose = "Gets all legal entities as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(LegalEntitiesSnapshot.Resource, caller, query, ct);
}
