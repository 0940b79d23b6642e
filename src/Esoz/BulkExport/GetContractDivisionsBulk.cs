using Esoz.Pis.Serving;
using Esoz.Platform.Http;

namespace Esoz.Pis;

/// <summary>PIS. Get contract divisions (Bulk data export) (pis-bulk §1, §4.7).</summary>
public static class GetContractDivisionsBulk
{
    public static readonly MethodCard Card = new("pis-get-contract-divisions-bulk-data-export", "PIS. Get contract divisions (Bulk data export)",
        "GET", "/api/pis/bulk/contract_divisions", Family.PisBulk, "contract_division_bulk:read_pis")
    {
        Purpose = "Gets the divisions of all contracts as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(ContractDivisionsSnapshot.Resource, caller, query, ct);
}
