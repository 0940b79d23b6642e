using Esoz.Platform.Schema;

namespace Esoz.Contracts;

/// <summary>Private. Create contract employee (contracts §3.1).</summary>
public static class CreateContractEmployee
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(CreateContractEmployee));

    /// <summary>The references stay locked until the commit, so that none of them becomes inactive in between.</summary>
    internal static readonly GuardedWrite<DateTime> Creation = new()
    {
        Sources =
        [
            new("contract",
                $"SELECT id, contractor_legal_entity_id, is_active AND type = '{ContractType.GbCbp}' AS is_active FROM contracts WHERE id = $6",
                "FOR SHARE"),
            new("division", "SELECT id, legal_entity_id FROM divisions WHERE id = $5 AND is_active", "FOR SHARE"),
            new("employee", "SELECT id, legal_entity_id FROM employees WHERE id = $4 AND is_active", "FOR SHARE"),
        ],
        Rules =
        [
            new("1", "employee exists and is_active = true", "employee.id IS NOT NULL",
                Refusal.NotFound("Employee is not found", "$.employee_id")),
            new("2", "employee works in the contractor legal entity of the contract; skipped when there is no such contract",
                "contract.id IS NULL OR employee.legal_entity_id = contract.contractor_legal_entity_id",
                Refusal.Unprocessable("Employee is not correspond to contractor legal entity", "$.employee_id")),
            ContractDivisionRules.DivisionExists with { Number = "3" },
            ContractDivisionRules.DivisionIsOfContractor with { Number = "4" },
            ContractDivisionRules.ContractIsActive with { Number = "5" },
        ],
        Write = $"""
            INSERT INTO contract_employees AS written (id, staff_units, declaration_limit, employee_id, division_id, contract_id,
              start_date, end_date, is_active, inserted_at, inserted_by, updated_at, updated_by)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, true, now(), $9, now(), $9 WHERE {Guard.Allowed}
            """,
        // The rest of the row is the request.
        Row = new("written", "written.inserted_at", static (row, first) => row.GetDateTime(first)) { Returning = "written.inserted_at" },
    };

    public static readonly MethodCard Card = new("private-create-contract-employee", "Private. Create contract employee",
        "POST", "/api/admin/contract_employees", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Creates a contract employee record for an existing contract of type GB_CBP through the NHS IT system",
        Handle = Handle,
        HasPersonalData = true,
        Body = Schema,
        Validations = Creation.Rules,
        IsIdempotent = true,
        Success = StatusCodes.Status201Created,
        Answer = typeof(ContractEmployee),
    };

    public static async Task<Reply> Handle(Caller caller, Body body, Work work, CancellationToken ct)
    {
        if (!body.Matches<ContractEmployeeRequest>(Schema, out var request, out var refusal))
            return refusal;

        var id = Guid.NewGuid();
        var written = await Creation.Run(work, ct, id, request.StaffUnits, request.DeclarationLimit, request.EmployeeId, request.DivisionId,
            request.ContractId, request.StartDate, request.EndDate, caller.UserId);
        return written.Show(at => new ContractEmployee(
            id, request.StaffUnits, request.DeclarationLimit, request.EmployeeId, request.DivisionId, request.ContractId,
            request.StartDate, request.EndDate, IsActive: true, at, caller.UserId, at, caller.UserId));
    }
}
