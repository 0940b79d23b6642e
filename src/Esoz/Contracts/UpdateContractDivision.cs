using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Schema;

namespace Esoz.Contracts;

/// <summary>Private. Update contract division (contracts §4.2).</summary>
public static class UpdateContractDivision
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(UpdateContractDivision));

    private static readonly Validation ContractDivisionExists = new("1", "contract division exists, is_active = true",
        Refusal.NotFound("Contract division with such id is not found"));

    private static readonly Validation ContractAllowsUpdate = new("2", "present contract of the division: is_active = true, type = GB_CBP",
        Refusal.Conflict("Only contract divisions for contract with type GB_CBP can be updated"));

    private static readonly Validation DivisionExists = new("3", "division exists and is_active = true",
        Refusal.NotFound("Division is not found", "$.division_id"));

    private static readonly Validation DivisionIsContractors = new("4", "division belongs to the contractor legal entity of the contract; skipped when there is no such contract",
        Refusal.Conflict("Division is not correspond to contractor legal entity", "$.division_id"));

    private static readonly Validation ContractIsActive = new("5", "contract exists, is_active = true, type = GB_CBP",
        Refusal.Conflict("Contract must be an active and with GB_CBP type", "$.contract_id"));

    public static readonly MethodCard Card = new("private-update-contract-division", "Private. Update contract division",
        "PUT", "/api/admin/contract_divisions/{id}", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Replaces division and contract of a contract division record through the NHS IT system",
        Handle = Handle,
        Body = Schema,
        Validations = [ContractDivisionExists, ContractAllowsUpdate, DivisionExists, DivisionIsContractors, ContractIsActive],
        Answer = typeof(ContractDivision),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Body body, PostgresDatabase database, CancellationToken ct)
    {
        if (!body.Matches<Request>(Schema, out var request, out var refusal))
            return refusal;

        var found = await LoadAndWrite(database, caller, id.Value ?? Guid.Empty, request, ct);

        if (found.PresentContractIsActive is null)
            return ContractDivisionExists;

        if (found.PresentContractIsActive is false)
            return ContractAllowsUpdate;

        if (found.DivisionLegalEntity is null)
            return DivisionExists;

        if (found.Contractor is not null && found.DivisionLegalEntity != found.Contractor)
            return DivisionIsContractors;

        if (!found.ContractIsActive)
            return ContractIsActive;

        return Reply.Data(found.ContractDivision!);
    }

    private static async Task<Found> LoadAndWrite(PostgresDatabase database, Caller caller, Guid id, Request request, CancellationToken ct)
    {
        await using var batch = database.LockThen(Locks, [id, request.DivisionId, request.ContractId], Sql, id, request.DivisionId, request.ContractId, caller.UserId);
        await using var row = await batch.ExecuteReaderAsync(ct);
        await row.NextResultAsync(ct);
        await row.ReadAsync(ct);
        var column = new RowCursor(row);
        return new(column.FlagOrNull(), column.UuidOrNull(), column.Flag(), column.UuidOrNull(), row.IsDBNull(4) ? null : Rows.ContractDivision.Read(row, 4));
    }

    private sealed record Request(Guid DivisionId, Guid ContractId);

    /// <param name="PresentContractIsActive">The contract that the row belongs to before is active and of type GB_CBP; null when there is no such row.</param>
    /// <param name="DivisionLegalEntity">Null when there is no such active division.</param>
    /// <param name="Contractor">Contractor legal entity of the new contract, whatever its type and activity; null when there is no such contract.</param>
    /// <param name="ContractDivision">The row as it was written; null when it was not.</param>
    private sealed record Found(bool? PresentContractIsActive, Guid? DivisionLegalEntity, bool ContractIsActive, Guid? Contractor, ContractDivision? ContractDivision);

    private const string Locks = """
        SELECT id FROM (SELECT id FROM contracts WHERE id IN ($3, (SELECT contract_id FROM contract_divisions WHERE id = $1)) ORDER BY id FOR SHARE) contract
        UNION ALL
        SELECT id FROM (SELECT id FROM divisions WHERE id = $2 FOR SHARE) division
        UNION ALL
        SELECT id FROM (SELECT id FROM contract_divisions WHERE id = $1 FOR UPDATE) contract_division
        """;

    private static readonly string Sql = $"""
        WITH found AS (
          SELECT contract.is_active AND contract.type = 'GB_CBP' AS is_active
            FROM contract_divisions contract_division
            JOIN contracts contract ON contract.id = contract_division.contract_id
           WHERE contract_division.id = $1 AND contract_division.is_active
        ), division AS (
          SELECT legal_entity_id FROM divisions WHERE id = $2 AND is_active
        ), contract AS (
          SELECT contractor_legal_entity_id, is_active AND type = 'GB_CBP' AS is_active FROM contracts WHERE id = $3
        ), contract_division AS (
          UPDATE contract_divisions contract_division
             SET division_id = $2, contract_id = $3, updated_at = now(), updated_by = $4
            FROM found, division, contract
           WHERE contract_division.id = $1
             AND found.is_active AND contract.is_active
             AND division.legal_entity_id = contract.contractor_legal_entity_id
          RETURNING {Rows.ContractDivision.Columns}
        )
        SELECT found.is_active, division.legal_entity_id, coalesce(contract.is_active, false), contract.contractor_legal_entity_id, {Rows.ContractDivision.Columns}
          FROM (SELECT) one
          LEFT JOIN found ON true
          LEFT JOIN division ON true
          LEFT JOIN contract ON true
          LEFT JOIN contract_division ON true
        """;
}
