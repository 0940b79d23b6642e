using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Schema;

namespace Esoz.Contracts;

/// <summary>Private. Update contract employee (contracts §3.2).</summary>
public static class UpdateContractEmployee
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(UpdateContractEmployee));

    private static readonly Validation ContractEmployeeExists = new("1", "contract employee exists, is_active = true, its present contract is of type GB_CBP",
        Refusal.NotFound());

    private static readonly Validation ContractIsActive = new("2", "contract exists, is_active = true, type = GB_CBP",
        Refusal.Conflict("Invalid contract id", "$.contract_id"));

    private static readonly Validation DivisionIsContractors = new("3", "division exists, is_active = true, belongs to the contractor legal entity of the contract",
        Refusal.Conflict("Invalid division id", "$.division_id"));

    private static readonly Validation EmployeeIsContractors = new("4", "employee exists, is_active = true, works in the contractor legal entity of the contract",
        Refusal.Conflict("Invalid employee id", "$.employee_id"));

    public static readonly MethodCard Card = new("private-update-contract-employee", "Private. Update contract employee",
        "PUT", "/api/admin/contract_employees/{id}", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Replaces the data of a contract employee record through the NHS IT system",
        Handle = Handle,
        Body = Schema,
        Validations = [ContractEmployeeExists, ContractIsActive, DivisionIsContractors, EmployeeIsContractors],
        Answer = typeof(ContractEmployee),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Body body, PostgresDatabase database, CancellationToken ct)
    {
        if (!body.Matches<ContractEmployeeRequest>(Schema, out var request, out var refusal))
            return refusal;

        var found = await LoadAndWrite(database, caller, id.Value ?? Guid.Empty, request, ct);

        if (!found.Exists)
            return ContractEmployeeExists;

        if (found.Contractor is null)
            return ContractIsActive;

        if (found.DivisionLegalEntity != found.Contractor)
            return DivisionIsContractors;

        if (found.EmployeeLegalEntity != found.Contractor)
            return EmployeeIsContractors;

        return Reply.Data(found.ContractEmployee!);
    }

    private static async Task<Found> LoadAndWrite(PostgresDatabase database, Caller caller, Guid id, ContractEmployeeRequest request, CancellationToken ct)
    {
        await using var batch = database.LockThen(Locks, [id, request.ContractId, request.DivisionId, request.EmployeeId], Sql,
            id, request.StaffUnits, request.DeclarationLimit, request.EmployeeId, request.DivisionId, request.ContractId, request.StartDate, request.EndDate, caller.UserId);
        await using var row = await batch.ExecuteReaderAsync(ct);
        await row.NextResultAsync(ct);
        await row.ReadAsync(ct);
        var column = new RowCursor(row);
        return new(column.Flag(), column.UuidOrNull(), column.UuidOrNull(), column.UuidOrNull(), row.IsDBNull(4) ? null : Rows.ContractEmployee.Read(row, 4));
    }

    /// <param name="Contractor">Contractor legal entity of the new contract; null when there is no such active contract of type GB_CBP.</param>
    /// <param name="DivisionLegalEntity">Null when there is no such active division.</param>
    /// <param name="EmployeeLegalEntity">Null when there is no such active employee.</param>
    /// <param name="ContractEmployee">The row as it was written; null when it was not.</param>
    private sealed record Found(bool Exists, Guid? Contractor, Guid? DivisionLegalEntity, Guid? EmployeeLegalEntity, ContractEmployee? ContractEmployee);

    private const string Locks = """
        SELECT id FROM (SELECT id FROM contracts WHERE id IN ($2, (SELECT contract_id FROM contract_employees WHERE id = $1)) ORDER BY id FOR SHARE) contract
        UNION ALL
        SELECT id FROM (SELECT id FROM divisions WHERE id = $3 FOR SHARE) division
        UNION ALL
        SELECT id FROM (SELECT id FROM employees WHERE id = $4 FOR SHARE) employee
        UNION ALL
        SELECT id FROM (SELECT id FROM contract_employees WHERE id = $1 FOR UPDATE) contract_employee
        """;

    private static readonly string Sql = $"""
        WITH found AS (
          SELECT contract_employee.id
            FROM contract_employees contract_employee
            JOIN contracts contract ON contract.id = contract_employee.contract_id
           WHERE contract_employee.id = $1 AND contract_employee.is_active AND contract.type = 'GB_CBP'
        ), contract AS (
          SELECT contractor_legal_entity_id FROM contracts WHERE id = $6 AND is_active AND type = 'GB_CBP'
        ), division AS (
          SELECT legal_entity_id FROM divisions WHERE id = $5 AND is_active
        ), employee AS (
          SELECT legal_entity_id FROM employees WHERE id = $4 AND is_active
        ), contract_employee AS (
          UPDATE contract_employees contract_employee
             SET staff_units = $2, declaration_limit = $3, employee_id = $4, division_id = $5, contract_id = $6, start_date = $7, end_date = $8,
                 updated_at = now(), updated_by = $9
            FROM found, contract, division, employee
           WHERE contract_employee.id = found.id
             AND division.legal_entity_id = contract.contractor_legal_entity_id
             AND employee.legal_entity_id = contract.contractor_legal_entity_id
          RETURNING {Rows.ContractEmployee.Columns}
        )
        SELECT found.id IS NOT NULL, contract.contractor_legal_entity_id, division.legal_entity_id, employee.legal_entity_id, {Rows.ContractEmployee.Columns}
          FROM (SELECT) one
          LEFT JOIN found ON true
          LEFT JOIN contract ON true
          LEFT JOIN division ON true
          LEFT JOIN employee ON true
          LEFT JOIN contract_employee ON true
        """;
}
