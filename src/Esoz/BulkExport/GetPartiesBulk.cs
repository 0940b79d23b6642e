using Esoz.BulkExport.Serving;
using Esoz.BulkExport.Snapshots;
using static Esoz.BulkExport.Snapshots.MemberType;

namespace Esoz.BulkExport;

/// <summary>API-005-012-001-0476 PIS. Get parties (Bulk data export) (pis-bulk §1, §4.1).</summary>
public static class GetPartiesBulk
{
    public static readonly MethodCard Card = new("API-005-012-001-0476", "PIS. Get parties (Bulk data export)",
        "GET", "/api/pis/bulk/parties", Family.PisBulk, "party_bulk:read_pis")
    {
        Purpose = "Gets all parties as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        HasPersonalData = true,
        Records = () => Resource!.RecordSchema,
        Removals = () => BulkResource.RemovalSchema,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(Resource, caller, query, ct);

    /// <summary>Records of <c>/api/pis/bulk/parties</c> (pis-bulk §4.1).</summary>
    public static BulkResource Resource { get; } = new("parties", "PARTIES_BULK_UPLOAD_SCHEDULE")
    {
        Tables = ["parties"],
        From = "parties",
        ChangedAt = "coalesce(updated_at, inserted_at)",
        Members =
        [
            new("id", Uuid),
            new("first_name", Text),
            new("last_name", Text),
            new("second_name", Text),
            new("year_of_birth", Text, "to_char(birth_date, 'YYYY')") { Columns = ["birth_date"] },
            new("gender", Text),
            new("tax_id", Text) { IsPublished = options => options.PublishTaxId },
            new("inserted_at", Instant),
            new("updated_at", Instant),
            new("educations", Json),
            new("qualifications", Json),
            new("specialities", Json),
            new("science_degree", Json),
            new("about_myself", Text),
            new("working_experience", Number),
            new("verification_status", Text),
        ],
        Withheld =
        [
            new("no_tax_id", "says of tax_id what it is; the record of the page has no such member"),
            new("documents", "numbers of identity documents"),
            new("phones", "private telephone numbers"),
            new("declaration_limit", "internal; what may be published of it is in declarations_limit"),
            new("verification_changed_at", "internal course of the verification; its outcome is published"),
            new("dracs_death_verification_status", "internal course of the check against the register of deaths"),
            new("dracs_death_verification_reason", "as dracs_death_verification_status"),
            .. WithheldColumn.Authors,
        ],
    };
}
