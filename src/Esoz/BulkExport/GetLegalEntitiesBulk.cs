using Esoz.BulkExport.Serving;
using Esoz.BulkExport.Snapshots;
using static Esoz.BulkExport.Snapshots.MemberType;

namespace Esoz.BulkExport;

/// <summary>API-005-012-004-0480 PIS. Get legal entities (Bulk data export) (pis-bulk §1, §4.4).</summary>
public static class GetLegalEntitiesBulk
{
    public static readonly MethodCard Card = new("API-005-012-004-0480", "PIS. Get legal entities (Bulk data export)",
        "GET", "/api/pis/bulk/legal_entities", Family.PisBulk, "legal_entity_bulk:read_pis")
    {
        Purpose =
            "Gets all legal entities as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        HasPersonalData = false,
        Records = () => Resource!.RecordSchema,
        Removals = () => BulkResource.RemovalSchema,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(Resource, caller, query, ct);

    /// <summary>Records of <c>/api/pis/bulk/legal_entities</c> (pis-bulk §4.4).</summary>
    public static BulkResource Resource { get; } = new("legal_entities", "LEGAL_ENTITIES_BULK_UPLOAD_SCHEDULE")
    {
        Tables = ["legal_entities"],
        From = "legal_entities",
        ChangedAt = "coalesce(updated_at, inserted_at)",
        Members =
        [
            new("id", Uuid),
            new("name", Text, "coalesce(name, edr ->> 'name')") { Columns = ["name", "edr"] },
            new("short_name", Text),
            new("public_name", Text),
            new("status", Text),
            new("type", Text),
            new("owner_property_type", Text),
            new("legal_form", Text),
            new("edrpou", Text),
            new("kveds", Json),
            new("addresses", Json),
            new("phones", Json),
            new("email", Text),
            new("is_active", Flag),
            new("inserted_at", Instant),
            new("updated_at", Instant),
            new("website", Text),
            new("status_reason", Text),
            new("residence_address", Json),
            new("accreditation", Json),
        ],
        Withheld =
        [
            new("reason", "free text of those who closed or suspended it"),
            new("registration_address", "the record of the page has the residence address"),
            new("beneficiary", "name of a person"),
            new("receiver_funds_code", "of use to the treasury only"),
            new("archive", "where papers are kept"),
            new("edr_verified", "internal course of the verification against the state register"),
            new("public_offer", "consent of the legal entity to the offer of НСЗУ; the record of the page has no such member"),
            new("nhs_verified", "internal course of the verification by НСЗУ"),
            new("nhs_reviewed", "as nhs_verified"),
            new("nhs_comment", "as nhs_verified"),
            .. WithheldColumn.Authors,
        ],
    };
}
