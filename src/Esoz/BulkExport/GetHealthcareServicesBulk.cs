using Esoz.Pis.Serving;
using Esoz.Platform.Http;

namespace Esoz.Pis;

/// <summary>PIS. Get healthcare services (Bulk data export) (pis-bulk §1, §4.6).</summary>
public static class GetHealthcareServicesBulk
{
    public static readonly MethodCard Card = new("pis-get-healthcare-services-bulk-data-export", "PIS. Get healthcare services (Bulk data export)",
        "GET", "/api/pis/bulk/healthcare_services", Family.PisBulk, "healthcare_service_bulk:read_pis")
    {
        Purpose = "Gets all healthcare services as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(HealthcareServicesSnapshot.Resource, caller, query, ct);
}
