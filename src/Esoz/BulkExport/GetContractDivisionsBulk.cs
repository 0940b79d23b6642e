using Esoz.BulkExport.Serving;
using Esoz.BulkExport.Snapshots;
using Esoz.Codes;
using static Esoz.BulkExport.Snapshots.MemberType;

namespace Esoz.BulkExport;

/// <summary>PIS. Get contract divisions (Bulk data export) (pis-bulk §1, §4.7).</summary>
public static class GetContractDivisionsBulk
{
    public static readonly MethodCard Card = new(
        "pis-get-contract-divisions-bulk-data-export", "PIS. Get contract divisions (Bulk data export)",
        "GET", "/api/pis/bulk/contract_divisions", Family.PisBulk, "contract_division_bulk:read_pis")
    {
        Purpose =
            "Gets the divisions of all contracts as raw data, as a part of data exchange, for work on the side of the PIS (data enrichment, search)",
        Handle = Handle,
        HasPersonalData = false,
        Records = () => Resource!.RecordSchema,
        Removals = () => BulkResource.RemovalSchema,
        Query = SnapshotDownload.Query,
        Validations = SnapshotDownload.Validations,
    };

    public static Task<Reply> Handle(KeyHolder caller, QueryReader query, SnapshotDownload snapshots, CancellationToken ct) =>
        snapshots.Of(Resource, caller, query, ct);

    /// <summary>The later of the two rows' change instants.</summary>
    private const string ChangedAt = """
        greatest(coalesce(contract_divisions.updated_at, contract_divisions.inserted_at), coalesce(contracts.updated_at, contracts.inserted_at))
        """;

    /// <summary><c>yyyy-MM-ddTHH:mm:ss+02:00</c> or <c>+03:00</c>: Kyiv is ahead of UTC all year.</summary>
    private const string InKyiv = $"""
        to_char({ChangedAt} AT TIME ZONE '{Today.TimeZone}', 'YYYY-MM-DD"T"HH24:MI:SS+')
          || to_char(({ChangedAt} AT TIME ZONE '{Today.TimeZone}') - ({ChangedAt} AT TIME ZONE 'UTC'), 'HH24:MI')
        """;

    private static readonly string[] ContractColumns =
    [
        "reason", "status_reason", "contractor_legal_entity_id", "contractor_owner_id", "contractor_base", "contractor_payment_details",
        "contractor_rmsp_amount", "external_contractor_flag", "external_contractors", "nhs_legal_entity_id", "nhs_signer_id",
        "nhs_signer_base",
        "issue_city", "nhs_payment_method", "nhs_contract_price", "nhs_signed_date", "contract_request_id", "parent_contract_id",
        "id_form", "is_suspended", "signed_content_location", "type",
    ];

    /// <summary>
    /// Records of <c>/api/pis/bulk/contract_divisions</c>: every division of every contract, whatever its type (pis-bulk §4.7).
    /// </summary>
    public static BulkResource Resource { get; } = new("contract_divisions", "CONTRACT_DIVISIONS_BULK_UPLOAD_SCHEDULE")
    {
        Tables = ["contract_divisions", "contracts"],
        From = "contract_divisions JOIN contracts ON contracts.id = contract_divisions.contract_id",
        ChangedAt = ChangedAt,
        TieBreak = "contract_divisions.id",
        Writers = ["contract_divisions.xmin", "contracts.xmin"],
        Members =
        [
            new("contract_id", Text, "coalesce(contracts.contract_number, contracts.id::text)")
            {
                Columns = ["contracts.contract_number", "contracts.id", "contract_id"],
            },
            new("changed_at", Text, InKyiv) { Columns = ["inserted_at", "updated_at", "contracts.inserted_at", "contracts.updated_at"] },
            new("division_id", Uuid, "contract_divisions.division_id"),
            new("contract_status", Text, ActiveOrInactive($"contracts.is_active AND contracts.status = '{ContractStatus.Verified}'"))
            {
                Columns = ["contracts.is_active", "contracts.status"],
            },
            new("contract_end_date", Text, "contracts.end_date::text") { Columns = ["contracts.end_date"] },
            new("contract_start_date", Text, "contracts.start_date::text") { Columns = ["contracts.start_date"] },
            new("contract_division_status", Text, ActiveOrInactive("contract_divisions.is_active"))
            {
                Columns = ["is_active"],
            },
            // Ours: a contract may have a division twice, and the number of a contract may change or be that of an older one.
            new("id", Uuid, "contract_divisions.id"),
        ],
        Withheld =
        [
            .. WithheldColumn.Authors,
            new("contracts.inserted_by", "as inserted_by"),
            new("contracts.updated_by", "as inserted_by"),
            .. ContractColumns.Select(
                column =>
                new WithheldColumn(
                    $"contracts.{column}",
                    "terms of the contract, which its parties know; the record of the page has its number, status and dates")),
        ],
    };

    private static string ActiveOrInactive(string condition) =>
        $"CASE WHEN {condition} THEN '{ContractDivisionStatus.Active}' ELSE '{ContractDivisionStatus.Inactive}' END";
}
