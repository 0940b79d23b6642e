using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Schema;

namespace Esoz.Contracts;

/// <summary>Private. Create contract division (contracts §4.1).</summary>
public static class CreateContractDivision
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(CreateContractDivision));

    private static readonly Validation DivisionExists = new("1", "division exists and is_active = true",
        Refusal.NotFound("Division is not found", "$.division_id"));

    private static readonly Validation DivisionIsContractors = new("2", "division belongs to the contractor legal entity of the contract; skipped when there is no such contract",
        Refusal.Conflict("Division is not correspond to contractor legal entity", "$.division_id"));

    private static readonly Validation ContractIsActive = new("3", "contract exists, is_active = true, type = GB_CBP",
        Refusal.Conflict("Contract must be an active and with GB_CBP type", "$.contract_id"));

    public static readonly MethodCard Card = new("private-create-contract-division", "Private. Create contract division",
        "POST", "/api/admin/contract_divisions", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Creates a contract division record for an existing contract of type GB_CBP through the NHS IT system",
        Handle = Handle,
        Body = Schema,
        Validations = [DivisionExists, DivisionIsContractors, ContractIsActive],
        IsIdempotent = true,
        Success = StatusCodes.Status201Created,
        Answer = typeof(ContractDivision),
    };

    public static async Task<Reply> Handle(Caller caller, Body body, Work work, CancellationToken ct)
    {
        if (!body.Matches<Request>(Schema, out var request, out var refusal))
            return refusal;

        var found = await LoadAndWrite(work, caller, request, ct);

        if (found.DivisionLegalEntity is null)
            return DivisionExists;

        if (found.Contractor is not null && found.DivisionLegalEntity != found.Contractor)
            return DivisionIsContractors;

        if (!found.ContractIsActive)
            return ContractIsActive;

        return Reply.Data(found.ContractDivision!);
    }

    private static async Task<Found> LoadAndWrite(Work work, Caller caller, Request request, CancellationToken ct)
    {
        await using var command = work.Command(Sql, Guid.NewGuid(), request.DivisionId, request.ContractId, caller.UserId);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var column = new RowCursor(row);
        return new(column.UuidOrNull(), column.Flag(), column.UuidOrNull(), row.IsDBNull(3) ? null : Rows.ContractDivision.Read(row, 3));
    }

    private sealed record Request(Guid DivisionId, Guid ContractId);

    /// <param name="DivisionLegalEntity">Null when there is no such active division.</param>
    /// <param name="Contractor">Contractor legal entity of the contract, whatever its type and activity; null when there is no such contract.</param>
    /// <param name="ContractDivision">The new row; null when it was not written.</param>
    private sealed record Found(Guid? DivisionLegalEntity, bool ContractIsActive, Guid? Contractor, ContractDivision? ContractDivision);

    /// <summary>
    /// One statement loads what the validations look at and writes only when all of them hold. Contract and division stay locked until
    /// then, so that neither ends in between.
    /// </summary>
    private static readonly string Sql = $"""
        WITH contract AS (
          SELECT contractor_legal_entity_id, is_active AND type = 'GB_CBP' AS is_active FROM contracts WHERE id = $3 FOR SHARE
        ), division AS (
          SELECT legal_entity_id FROM divisions WHERE id = $2 AND is_active FOR SHARE
        ), contract_division AS (
          INSERT INTO contract_divisions AS contract_division (id, division_id, contract_id, is_active, inserted_at, inserted_by, updated_at, updated_by)
          SELECT $1, $2, $3, true, now(), $4, now(), $4
            FROM contract, division
           WHERE contract.is_active AND division.legal_entity_id = contract.contractor_legal_entity_id
          RETURNING {Rows.ContractDivision.Columns}
        )
        SELECT division.legal_entity_id, coalesce(contract.is_active, false), contract.contractor_legal_entity_id, {Rows.ContractDivision.Columns}
          FROM (SELECT) one
          LEFT JOIN contract ON true
          LEFT JOIN division ON true
          LEFT JOIN contract_division ON true
        """;
}
