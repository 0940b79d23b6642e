using Esoz.Platform.Schema;

namespace Esoz.Contracts;

/// <summary>Private. Update contract division (contracts §4.2).</summary>
public static class UpdateContractDivision
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(UpdateContractDivision));

    private static readonly GuardedWrite<ContractDivision> Update = new()
    {
        Lock = """
            SELECT id FROM (SELECT id FROM contracts
              WHERE id IN ($3, (SELECT contract_id FROM contract_divisions WHERE id = $1)) ORDER BY id FOR SHARE) contract
            UNION ALL
            SELECT id FROM (SELECT id FROM divisions WHERE id = $2 FOR SHARE) division
            UNION ALL
            SELECT id FROM (SELECT id FROM contract_divisions WHERE id = $1 FOR UPDATE) contract_division
            """,
        Sources =
        [
            new("found", $"""
                SELECT contract_division.id, contract.is_active AND contract.type = '{ContractType.GbCbp}' AS contract_is_active
                  FROM contract_divisions contract_division
                  JOIN contracts contract ON contract.id = contract_division.contract_id
                 WHERE contract_division.id = $1 AND contract_division.is_active
                """),
            new("division", "SELECT id, legal_entity_id FROM divisions WHERE id = $2 AND is_active"),
            new("contract",
                $"SELECT id, contractor_legal_entity_id, is_active AND type = '{ContractType.GbCbp}' AS is_active FROM contracts WHERE id = $3"),
        ],
        Rules =
        [
            new("1", "contract division exists, is_active = true", "found.id IS NOT NULL",
                Refusal.NotFound("Contract division with such id is not found")),
            new("2", "present contract of the division: is_active = true, type = GB_CBP", "found.contract_is_active",
                Refusal.Conflict("Only contract divisions for contract with type GB_CBP can be updated")),
            ContractDivisionRules.DivisionExists with { Number = "3" },
            ContractDivisionRules.DivisionIsOfContractor with { Number = "4" },
            ContractDivisionRules.ContractIsActive with { Number = "5" },
        ],
        Write = $"""
            UPDATE contract_divisions contract_division
               SET division_id = $2, contract_id = $3, updated_at = now(), updated_by = $4
             WHERE contract_division.id = $1 AND {Guard.Allowed}
            """,
        Row = Rows.ContractDivision,
    };

    public static readonly MethodCard Card = new("private-update-contract-division", "Private. Update contract division",
        "PUT", "/api/admin/contract_divisions/{id}", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Replaces division and contract of a contract division record through the NHS IT system",
        Handle = Handle,
        HasPersonalData = false,
        Body = Schema,
        Validations = Update.Rules,
        Answer = typeof(ContractDivision),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Body body, Work work, CancellationToken ct)
    {
        if (!body.Matches<Request>(Schema, out var request, out var refusal))
            return refusal;

        return await Update.Run(work, ct, id.Value ?? Guid.Empty, request.DivisionId, request.ContractId, caller.UserId);
    }

    private sealed record Request(Guid DivisionId, Guid ContractId);
}
