using Esoz.Cascades;
using Esoz.Codes;
using Esoz.Employees;
using Esoz.Parties;
using Esoz.Platform.Schema;

namespace Esoz.EmployeeRoles;

/// <summary>API-005-007-004-0124 Add employee role (employee-roles §2).</summary>
public static class CreateEmployeeRole
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(CreateEmployeeRole));

    private static readonly Validation PartyIsVerified = new("1",
        "party of the caller exists and is not NOT_VERIFIED for longer than allowed (when the deployment asks for it)",
        Refusal.Forbidden("Access denied. Party is not verified"));

    private static readonly Validation PartyIsAlive = new("1a",
        "party of the caller is not confirmed to be deceased (when the deployment asks for it)",
        Refusal.Forbidden("Access denied. Party is deceased"));

    /// <summary>Service and employee stay locked until the commit, so that neither becomes inactive in between.</summary>
    private static readonly GuardedWrite<EmployeeRole> Creation = new()
    {
        Lock = Locks.LegalEntityShared,
        Sources =
        [
            new("provider", "SELECT status FROM legal_entities WHERE id = $1"),
            new("service",
                "SELECT id, legal_entity_id, status, speciality_type FROM healthcare_services WHERE id = $2 AND is_active", "FOR SHARE"),
            new("employee",
                "SELECT id, legal_entity_id, status, speciality, additional_info FROM employees WHERE id = $3 AND is_active", "FOR SHARE"),
        ],
        Rules =
        [
            new("3", "legal entity of the token is ACTIVE or SUSPENDED", $"provider.status IN {LegalEntityStatus.Working}",
                Refusal.Conflict("Legal entity must be ACTIVE or SUSPENDED")),
            new("4", "healthcare service exists and is_active = true", "service.id IS NOT NULL",
                Refusal.Unprocessable("Healthcare service not found", "$.healthcare_service_id")),
            new("5", "employee exists and is_active = true", "employee.id IS NOT NULL",
                Refusal.Unprocessable("Employee not found", "$.employee_id")),
            new("6", "the employee has no other ACTIVE role in this service", $"""
                NOT EXISTS (SELECT FROM employee_roles
                             WHERE employee_id = $3 AND healthcare_service_id = $2 AND status = '{EmployeeRoleStatus.Active}'
                               AND is_active)
                """,
                Refusal.Conflict("Duplicated employee role for this employee and healthcare service")) { Index =
                "employee_roles_active_pair_key" },
            new("7", "healthcare service belongs to the legal entity of the token", "service.legal_entity_id = $1",
                Refusal.Unprocessable("Healthcare service should belong to your legal entity", "$.healthcare_service_id")),
            new("8", "status of the healthcare service is ACTIVE", $"service.status = '{HealthcareServiceStatus.Active}'",
                Refusal.Unprocessable("Healthcare service should be active", "$.healthcare_service_id")),
            new("9", "employee works in the legal entity of the token", "employee.legal_entity_id = $1",
                Refusal.Unprocessable("Employee should belong to your legal entity", "$.employee_id")),
            new("10", "status of the employee is APPROVED", $"employee.status = '{EmployeeStatus.Approved}'",
                Refusal.Unprocessable("Employee should be approved", "$.employee_id")),
            new("11", "a speciality of the employee, held officio unless configured otherwise, is that of the service", $"""
                EXISTS (SELECT FROM {EmployeeSpecialities.Entries("employee")} entry
                         WHERE entry ->> 'speciality' = service.speciality_type AND ($4 OR {EmployeeSpecialities.IsOfficio("entry")}))
                """,
                Refusal.Unprocessable("Employee speciality should match healthcare service speciality type", "$.employee_id")),
        ],
        Write = $"""
            INSERT INTO employee_roles AS role (id, healthcare_service_id, employee_id, start_date, end_date, status, is_active,
                                                inserted_at, inserted_by, updated_at, updated_by)
            SELECT $5, $2, $3, now(), NULL, '{EmployeeRoleStatus.Active}', true, now(), $6, now(), $6 WHERE {Guard.Allowed}
            ON CONFLICT (employee_id, healthcare_service_id) WHERE status = '{EmployeeRoleStatus.Active}' AND is_active DO NOTHING
            """,
        Row = Rows.EmployeeRole,
    };

    public static readonly MethodCard Card = new("API-005-007-004-0124", "Add employee role",
        "POST", "/api/employee_roles", Family.IlMis, "employee_role:write")
    {
        Purpose = "Adds a role: binds an employee to a healthcare service",
        Handle = Handle,
        HasPersonalData = true,
        Body = Schema,
        Validations = [PartyIsVerified, PartyIsAlive, .. Creation.Rules],
        Success = StatusCodes.Status201Created,
        Answer = typeof(EmployeeRole),
    };

    public static async Task<Reply> Handle(
        Caller caller, Body body, EmployeeRoleOptions options, PostgresDatabase database, Work work, CancellationToken ct)
    {
        if (options.UnverifiedPartyAllowed is { } allowed && !await UserParty.MayWork(database, caller.UserId, allowed, ct))
            return PartyIsVerified;

        if (options.DeceasedPartyIsBlocked && await UserParty.IsDeceased(database, caller.UserId, ct))
            return PartyIsAlive;

        // Validation 2
        if (!body.Matches<Request>(Schema, out var request, out var refusal))
            return refusal;

        return await Creation.Run(work, ct, caller.ClientId, request.HealthcareServiceId, request.EmployeeId,
            options.SpecialityCheck == SpecialityCheck.Any, Guid.NewGuid(), caller.UserId);
    }

    private sealed record Request(Guid HealthcareServiceId, Guid EmployeeId);
}
