using Esoz.Platform;
using Esoz.Platform.Http;
using Esoz.Platform.Schema;

namespace Esoz.Contracts;

/// <summary>Private. Create contract employee (contracts §3.1).</summary>
public static class CreateContractEmployee
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(CreateContractEmployee));

    private static readonly Validation EmployeeExists = new("1", "employee exists and is_active = true",
        Refusal.NotFound("Employee is not found", "$.employee_id"));

    private static readonly Validation EmployeeIsContractors = new("2", "employee works in the contractor legal entity of the contract; skipped when there is no such contract",
        Refusal.Unprocessable("Employee is not correspond to contractor legal entity", "$.employee_id"));

    private static readonly Validation DivisionExists = new("3", "division exists and is_active = true",
        Refusal.NotFound("Division is not found", "$.division_id"));

    private static readonly Validation DivisionIsContractors = new("4", "division belongs to the contractor legal entity of the contract; skipped when there is no such contract",
        Refusal.Conflict("Division is not correspond to contractor legal entity", "$.division_id"));

    private static readonly Validation ContractIsActive = new("5", "contract exists, is_active = true, type = GB_CBP",
        Refusal.Conflict("Contract must be an active and with GB_CBP type", "$.contract_id"));

    public static readonly MethodCard Card = new("private-create-contract-employee", "Private. Create contract employee",
        "POST", "/api/admin/contract_employees", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Creates a contract employee record for an existing contract of type GB_CBP through the NHS IT system",
        Handle = Handle,
        Body = Schema,
        Validations = [EmployeeExists, EmployeeIsContractors, DivisionExists, DivisionIsContractors, ContractIsActive],
        IsIdempotent = true,
        Success = StatusCodes.Status201Created,
        Answer = typeof(ContractEmployee),
    };

    public static async Task<Reply> Handle(Caller caller, Body body, Work work, CancellationToken ct)
    {
        if (!body.Matches<ContractEmployeeRequest>(Schema, out var request, out var refusal))
            return refusal;

        var found = await LoadAndWrite(work, caller, request, ct);

        if (!found.EmployeeIsActive)
            return EmployeeExists;

        if (found.Contractor is not null && found.EmployeeLegalEntity != found.Contractor)
            return EmployeeIsContractors;

        if (!found.DivisionIsActive)
            return DivisionExists;

        if (found.Contractor is not null && found.DivisionLegalEntity != found.Contractor)
            return DivisionIsContractors;

        if (!found.ContractIsActive)
            return ContractIsActive;

        return Reply.Data(new ContractEmployee(found.Id, request.StaffUnits, request.DeclarationLimit, request.EmployeeId, request.DivisionId,
            request.ContractId, request.StartDate, request.EndDate, IsActive: true, found.At, caller.UserId, found.At, caller.UserId));
    }

    private static async Task<Found> LoadAndWrite(Work work, Caller caller, ContractEmployeeRequest request, CancellationToken ct)
    {
        var id = Guid.NewGuid();
        await using var command = work.Command(Sql, id, request.StaffUnits, request.DeclarationLimit, request.EmployeeId, request.DivisionId,
            request.ContractId, request.StartDate, request.EndDate, caller.UserId);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new(id, row.GetDateTime(0), row.GetBoolean(1), Uuid(2), row.GetBoolean(3), Uuid(4), row.GetBoolean(5), Uuid(6));

        Guid? Uuid(int column) => row.IsDBNull(column) ? null : row.GetGuid(column);
    }

    /// <param name="At">Instant of the transaction.</param>
    /// <param name="Contractor">Contractor legal entity of the contract, whatever its type and activity; null when there is no such contract.</param>
    private sealed record Found(Guid Id, DateTime At, bool EmployeeIsActive, Guid? EmployeeLegalEntity, bool DivisionIsActive, Guid? DivisionLegalEntity,
        bool ContractIsActive, Guid? Contractor);

    /// <summary>
    /// One statement loads what the validations look at and writes only when all of them hold: one round trip and one commit. The
    /// references stay locked until then, so that none of them ends in between.
    /// </summary>
    internal const string Sql = """
        WITH contract AS (
          SELECT contractor_legal_entity_id, is_active AND type = 'GB_CBP' AS is_active FROM contracts WHERE id = $6 FOR SHARE
        ), employee AS (
          SELECT legal_entity_id FROM employees WHERE id = $4 AND is_active FOR SHARE
        ), division AS (
          SELECT legal_entity_id FROM divisions WHERE id = $5 AND is_active FOR SHARE
        ), written AS (
          INSERT INTO contract_employees (id, staff_units, declaration_limit, employee_id, division_id, contract_id, start_date, end_date,
                                          is_active, inserted_at, inserted_by, updated_at, updated_by)
          SELECT $1, $2, $3, $4, $5, $6, $7, $8, true, now(), $9, now(), $9
            FROM contract, employee, division
           WHERE contract.is_active
             AND employee.legal_entity_id = contract.contractor_legal_entity_id
             AND division.legal_entity_id = contract.contractor_legal_entity_id
        )
        SELECT now(), employee.legal_entity_id IS NOT NULL, employee.legal_entity_id, division.legal_entity_id IS NOT NULL, division.legal_entity_id,
               coalesce(contract.is_active, false), contract.contractor_legal_entity_id
          FROM (SELECT) one
          LEFT JOIN contract ON true
          LEFT JOIN division ON true
          LEFT JOIN employee ON true
        """;
}
