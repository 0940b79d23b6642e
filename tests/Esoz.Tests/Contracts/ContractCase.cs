using System.Text.Json.Nodes;

namespace Esoz.Tests.Contracts;

/// <summary>All parties that the body of a contract names, all of them valid; a test breaks what it is about.</summary>
/// <param name="Contractor">Legal entity with <paramref name="Owner"/>.</param>
/// <param name="Nhs">Legal entity of type NHS with <paramref name="Signer"/>.</param>
public sealed record ContractCase(Guid Contractor, Guid Owner, Guid Nhs, Guid Signer)
{
    /// <summary>Members of a contract in the order of every answer (contracts §5.1).</summary>
    public static readonly string[] Members =
    [
        "id", "start_date", "end_date", "status", "contractor_legal_entity_id", "contractor_owner_id", "contractor_base",
        "contractor_payment_details",
        "contractor_rmsp_amount", "external_contractor_flag", "external_contractors", "nhs_signer_id", "nhs_signer_base",
        "nhs_legal_entity_id",
        "nhs_payment_method", "is_suspended", "issue_city", "nhs_contract_price", "contract_number", "status_reason",
        "parent_contract_id", "id_form",
        "nhs_signed_date", "type", "reason", "signed_content_location", "medical_programs", "is_active", "inserted_at", "inserted_by",
        "updated_at", "updated_by",
    ];

    public static async Task<ContractCase> Of(Given given)
    {
        var (contractor, nhs) = (await given.LegalEntity(), await given.LegalEntity(type: "NHS"));
        return new(contractor, await given.Employee(contractor, type: "OWNER"), nhs, await given.Employee(nhs, type: "NHS_SIGNER"));
    }

    /// <summary>Only the mandatory members, in the order of the schema.</summary>
    public JsonObject RequiredOnly(string status = "VERIFIED") => new()
    {
        ["start_date"] = "2026-01-01",
        ["end_date"] = "2026-12-31",
        ["status"] = status,
        ["contractor_legal_entity_id"] = Contractor.ToString(),
        ["contractor_owner_id"] = Owner.ToString(),
        ["contractor_base"] = "на підставі статуту",
        ["contractor_payment_details"] = new JsonObject { ["bank_name"] = "Банк", ["payer_account"] = "UA00" },
        ["nhs_signer_id"] = Signer.ToString(),
        ["nhs_legal_entity_id"] = Nhs.ToString(),
        ["is_suspended"] = false,
        ["id_form"] = "5",
        ["nhs_signed_date"] = "2025-12-20",
        ["type"] = "GB_CBP",
    };

    /// <summary>Every member that an update accepts.</summary>
    public JsonObject Whole(string? number = null, Guid? parent = null)
    {
        var body = RequiredOnly();
        body["contractor_payment_details"]!["MFO"] = "000000";
        body["contractor_rmsp_amount"] = 1200;
        body["external_contractor_flag"] = true;
        body["external_contractors"] = JsonNode.Parse($$"""
            [{"legal_entity":{"id":"{{Nhs}}","name":"ТОВ «Лабораторія»","is_public":false},"contract":{"number":"7/2026","issued_at":"2026-01-05","expires_at":"2026-12-31"},
              "divisions":[{"id":"{{Nhs}}","name":"Лабораторія","medical_service":"PMD_1"}]}]
            """);
        body["nhs_signer_base"] = "на підставі наказу";
        body["nhs_payment_method"] = "FORWARD";
        body["issue_city"] = "Київ";
        body["nhs_contract_price"] = 1250000.75;
        body["contract_number"] = number;
        body["status_reason"] = "DEFAULT";
        body["parent_contract_id"] = parent?.ToString();
        body["reason"] = "підписано";
        body["signed_content_location"] = $"ambulatory_contracts-dev/{Contractor}/договір.p7s";
        return body;
    }
}
