using Esoz.BulkExport.Serving;
using Esoz.BulkExport.Snapshots;
using Esoz.Divisions;
using static Esoz.BulkExport.Snapshots.MemberType;

namespace Esoz.BulkExport;

/// <summary>API-005-012-003-0479 PIS. Get divisions (Bulk data export) (pis-bulk §1, §4.3).</summary>
public static class GetDivisionsBulk
{
    public static readonly MethodCard Card = new("API-005-012-003-0479", "PIS. Get divisions (Bulk data export)",
        "GET", "/api/pis/bulk/divisions", Family.PisBulk, "division_bulk:read_pis")
    {
        Purpose =
            "Gets all divisions with their addresses as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        HasPersonalData = false,
        Records = () => Resource!.RecordSchema,
        Removals = () => BulkResource.RemovalSchema,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(Resource, caller, query, ct);

    /// <summary>Null when the location is not known; the coordinates are either both present or both absent.</summary>
    private const string Location = """
        CASE WHEN latitude IS NOT NULL THEN (SELECT row_to_json(location) FROM (SELECT latitude, longitude) location) END
        """;

    /// <summary>Records of <c>/api/pis/bulk/divisions</c> (pis-bulk §4.3).</summary>
    public static BulkResource Resource { get; } = new("divisions", "DIVISIONS_BULK_UPLOAD_SCHEDULE")
    {
        Tables = ["divisions", "division_addresses"],
        From = "divisions",
        ChangedAt = "coalesce(updated_at, inserted_at)",
        Members =
        [
            new("id", Uuid),
            new("external_id", Text),
            new("name", Text),
            new("type", Text),
            new("mountain_group", Flag),
            new("phones", Json),
            new("email", Text),
            new("inserted_at", Instant),
            new("updated_at", Instant),
            new("legal_entity_id", Uuid),
            new("location", Json, Location) { Columns = ["latitude", "longitude"] },
            new("status", Text),
            new("is_active", Flag),
            new("working_hours", Json),
            new("dls_id", Text),
            new("dls_verified", Flag),
            new("addresses", Json, DivisionAddressRow.ListOf("divisions.id"))
            {
                Columns = [.. DivisionAddressRow.Members.Select(member => $"division_addresses.{member}")],
            },
        ],
        Withheld =
        [
            .. WithheldColumn.Authors,
            new("division_addresses.id", "an address has no identity of its own for those outside"),
            new("division_addresses.division_id", "an address stands inside its division"),
            new("division_addresses.is_active", "an address that was replaced is not shown"),
            new("division_addresses.inserted_at", "the division is stamped when its addresses change"),
            new("division_addresses.inserted_by", "as inserted_by"),
            new("division_addresses.updated_at", "as division_addresses.inserted_at"),
            new("division_addresses.updated_by", "as inserted_by"),
        ],
    };
}
