using Esoz.Platform.Schema;

namespace Esoz.Contracts;

/// <summary>Private. Create contract division (contracts §4.1).</summary>
public static class CreateContractDivision
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(CreateContractDivision));

    /// <summary>Contract and division stay locked until the commit, so that neither becomes inactive in between.</summary>
    private static readonly GuardedWrite<ContractDivision> Creation = new()
    {
        Sources =
        [
            new("contract",
                $"SELECT id, contractor_legal_entity_id, is_active AND type = '{ContractType.GbCbp}' AS is_active FROM contracts WHERE id = $3",
                "FOR SHARE"),
            new("division", "SELECT id, legal_entity_id FROM divisions WHERE id = $2 AND is_active", "FOR SHARE"),
        ],
        Rules =
        [
            ContractDivisionRules.DivisionExists with { Number = "1" },
            ContractDivisionRules.DivisionIsOfContractor with { Number = "2" },
            ContractDivisionRules.ContractIsActive with { Number = "3" },
        ],
        Write = $"""
            INSERT INTO contract_divisions AS contract_division (id, division_id, contract_id, is_active, inserted_at, inserted_by,
              updated_at, updated_by)
            SELECT $1, $2, $3, true, now(), $4, now(), $4 WHERE {Guard.Allowed}
            """,
        Row = Rows.ContractDivision,
    };

    public static readonly MethodCard Card = new("private-create-contract-division", "Private. Create contract division",
        "POST", "/api/admin/contract_divisions", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Creates a contract division record for an existing contract of type GB_CBP through the NHS IT system",
        Handle = Handle,
        HasPersonalData = false,
        Body = Schema,
        Validations = Creation.Rules,
        IsIdempotent = true,
        Success = StatusCodes.Status201Created,
        Answer = typeof(ContractDivision),
    };

    public static async Task<Reply> Handle(Caller caller, Body body, Work work, CancellationToken ct)
    {
        if (!body.Matches<Request>(Schema, out var request, out var refusal))
            return refusal;

        return await Creation.Run(work, ct, Guid.NewGuid(), request.DivisionId, request.ContractId, caller.UserId);
    }

    private sealed record Request(Guid DivisionId, Guid ContractId);
}
