using Esoz.Platform.Schema;

namespace Esoz.Contracts;

/// <summary>Private. Update contract employee (contracts §3.2).</summary>
public static class UpdateContractEmployee
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(UpdateContractEmployee));

    private static readonly GuardedWrite<ContractEmployee> Update = new()
    {
        Lock = """
            SELECT id FROM (SELECT id FROM contracts
              WHERE id IN ($6, (SELECT contract_id FROM contract_employees WHERE id = $1)) ORDER BY id FOR SHARE) contract
            UNION ALL
            SELECT id FROM (SELECT id FROM divisions WHERE id = $5 FOR SHARE) division
            UNION ALL
            SELECT id FROM (SELECT id FROM employees WHERE id = $4 FOR SHARE) employee
            UNION ALL
            SELECT id FROM (SELECT id FROM contract_employees WHERE id = $1 FOR UPDATE) contract_employee
            """,
        Sources =
        [
            new("found", $"""
                SELECT contract_employee.id
                  FROM contract_employees contract_employee
                  JOIN contracts contract ON contract.id = contract_employee.contract_id
                 WHERE contract_employee.id = $1 AND contract_employee.is_active AND contract.type = '{ContractType.GbCbp}'
                """),
            new("contract",
                $"SELECT id, contractor_legal_entity_id FROM contracts WHERE id = $6 AND is_active AND type = '{ContractType.GbCbp}'"),
            new("division", "SELECT legal_entity_id FROM divisions WHERE id = $5 AND is_active"),
            new("employee", "SELECT legal_entity_id FROM employees WHERE id = $4 AND is_active"),
        ],
        Rules =
        [
            new("1", "contract employee exists, is_active = true, its present contract is of type GB_CBP", "found.id IS NOT NULL",
                Refusal.NotFound()),
            new("2", "contract exists, is_active = true, type = GB_CBP", "contract.id IS NOT NULL",
                Refusal.Conflict("Invalid contract id", "$.contract_id")),
            new("3", "division exists, is_active = true, belongs to the contractor legal entity of the contract",
                "division.legal_entity_id = contract.contractor_legal_entity_id",
                Refusal.Conflict("Invalid division id", "$.division_id")),
            new("4", "employee exists, is_active = true, works in the contractor legal entity of the contract",
                "employee.legal_entity_id = contract.contractor_legal_entity_id",
                Refusal.Conflict("Invalid employee id", "$.employee_id")),
        ],
        Write = $"""
            UPDATE contract_employees contract_employee
               SET staff_units = $2, declaration_limit = $3, employee_id = $4, division_id = $5, contract_id = $6, start_date = $7,
                   end_date = $8, updated_at = now(), updated_by = $9
             WHERE contract_employee.id = $1 AND {Guard.Allowed}
            """,
        Row = Rows.ContractEmployee,
    };

    public static readonly MethodCard Card = new("private-update-contract-employee", "Private. Update contract employee",
        "PUT", "/api/admin/contract_employees/{id}", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Replaces the data of a contract employee record through the NHS IT system",
        Handle = Handle,
        HasPersonalData = true,
        Body = Schema,
        Validations = Update.Rules,
        Answer = typeof(ContractEmployee),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Body body, Work work, CancellationToken ct)
    {
        if (!body.Matches<ContractEmployeeRequest>(Schema, out var request, out var refusal))
            return refusal;

        return await Update.Run(
            work, ct, id.Value ?? Guid.Empty, request.StaffUnits, request.DeclarationLimit, request.EmployeeId, request.DivisionId,
            request.ContractId, request.StartDate, request.EndDate, caller.UserId);
    }
}
