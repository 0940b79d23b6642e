using Esoz.Codes;

namespace Esoz.Contracts;

/// <summary>
/// References of a contract, with the nine rules that creating and updating share (contracts §5.2). The error paths of 5, 6 and 7 are those
/// of the page. Parameters of the write are the contract's id, the user and the columns filled from a body
/// (<see cref="Rows.ContractBody"/>).
/// </summary>
internal static class ContractReferences
{
    private static readonly string Status = Rows.ContractBody.Place(request => request.Status);
    private static readonly string Contractor = Rows.ContractBody.Place(request => request.ContractorLegalEntityId);
    private static readonly string Owner = Rows.ContractBody.Place(request => request.ContractorOwnerId);
    private static readonly string Signer = Rows.ContractBody.Place(request => request.NhsSignerId);
    private static readonly string Nhs = Rows.ContractBody.Place(request => request.NhsLegalEntityId);
    private static readonly string Parent = Rows.ContractBody.Place(request => request.ParentContractId);
    private static readonly string Number = Rows.ContractBody.Place(request => request.ContractNumber);

    /// <summary>Locks the referenced records, and the contract itself if it exists.</summary>
    public static readonly string Lock = $"""
        SELECT id FROM (SELECT id FROM legal_entities WHERE id IN ({Contractor}, {Nhs}) ORDER BY id FOR SHARE) legal_entity
        UNION ALL
        SELECT id FROM (SELECT id FROM contracts WHERE id = $1 FOR NO KEY UPDATE) contract
        UNION ALL
        SELECT id FROM (SELECT id FROM employees WHERE id IN ({Owner}, {Signer}) ORDER BY id FOR SHARE) employee
        """;

    public static IReadOnlyList<Source> Sources { get; } =
    [
        new("contractor", $"SELECT is_active FROM legal_entities WHERE id = {Contractor}"),
        new("owner", $"SELECT id, legal_entity_id, employee_type, status, is_active FROM employees WHERE id = {Owner}"),
        new("signer", $"SELECT id, legal_entity_id, status, is_active FROM employees WHERE id = {Signer}"),
        new("nhs", $"SELECT type, is_active FROM legal_entities WHERE id = {Nhs}"),
    ];

    /// <summary>The rules in order, numbered from <paramref name="first"/>.</summary>
    public static IEnumerable<Validation> Rules(int first) => All.Select((rule, i) => rule with { Number = $"{first + i}" });

    private static IEnumerable<Validation> All =>
    [
        new("1", "status is VERIFIED or TERMINATED", $"{Status} IN ('{ContractStatus.Verified}', '{ContractStatus.Terminated}')",
            Refusal.Unprocessable("Invalid contract status", "$.status")),
        new("2", "contractor legal entity exists, is_active = true", "contractor.is_active",
            Refusal.Conflict("Invalid contractor legal entity id", "$.contractor_legal_entity_id")),
        new("3", "owner exists", "owner.id IS NOT NULL",
            Refusal.NotFound("Employee is not found", "$.contractor_owner_id")),
        new("4", "owner: works in the contractor legal entity, employee_type = OWNER, APPROVED, is_active = true",
            $"""
            owner.legal_entity_id = {Contractor} AND owner.employee_type = '{EmployeeType.Owner}'
            AND owner.status = '{EmployeeStatus.Approved}' AND owner.is_active
            """,
            Refusal.Unprocessable("Contractor owner must be an active and within current legal entity", "$.contractor_owner_id")),
        new("5", "NHS signer exists", "signer.id IS NOT NULL",
            Refusal.NotFound("Employee is not found", "$.contractor_owner_id")),
        new("6", "NHS signer: works in the legal entity nhs_legal_entity_id of type NHS, APPROVED, is_active = true",
            $"""
            signer.legal_entity_id = {Nhs} AND nhs.type = '{LegalEntityType.Nhs}'
            AND signer.status = '{EmployeeStatus.Approved}' AND signer.is_active
            """,
            Refusal.Unprocessable("Contractor signer must be an active and within NHS legal entity", "$.contractor_owner_id")),
        new("7", "NHS legal entity exists, is_active = true, type NHS", $"nhs.is_active AND nhs.type = '{LegalEntityType.Nhs}'",
            Refusal.Conflict("Invalid nhs legal entity id", "$.contractor_legal_entity_id")),
        new("8", "parent contract exists when one is named",
            $"{Parent}::uuid IS NULL OR EXISTS (SELECT FROM contracts WHERE id = {Parent})",
            Refusal.Conflict("Invalid parent contract id", "$.parent_contract_id")),
        new("9", "a VERIFIED contract: no other active VERIFIED contract has its contract_number", $"""
            {Status} <> '{ContractStatus.Verified}' OR NOT EXISTS (
              SELECT FROM contracts WHERE contract_number = {Number} AND status = '{ContractStatus.Verified}' AND is_active AND id <> $1)
            """,
            Refusal.Conflict("Verified contract with such number already exists",
                "$.contract_number")) { Index = "contracts_verified_number_key" },
    ];
}
