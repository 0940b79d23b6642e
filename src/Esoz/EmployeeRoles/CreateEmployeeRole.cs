using Esoz.Codes;
using Esoz.Employees;
using Esoz.LegalEntities;
using Esoz.Parties;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Schema;

namespace Esoz.EmployeeRoles;

/// <summary>API-005-007-004-0124 Add employee role (employee-roles §2).</summary>
public static class CreateEmployeeRole
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(CreateEmployeeRole));

    private static readonly Validation PartyIsVerified = new("1", "party of the caller exists and is not NOT_VERIFIED for longer than allowed (when the deployment asks for it)",
        Refusal.Forbidden("Access denied. Party is not verified"));

    private static readonly Validation LegalEntityIsWorking = new("3", "legal entity of the token is ACTIVE or SUSPENDED",
        Refusal.Conflict("Legal entity must be ACTIVE or SUSPENDED"));

    private static readonly Validation HealthcareServiceExists = new("4", "healthcare service exists and is_active = true",
        Refusal.Unprocessable("Healthcare service not found", "$.healthcare_service_id"));

    private static readonly Validation EmployeeExists = new("5", "employee exists and is_active = true",
        Refusal.Unprocessable("Employee not found", "$.employee_id"));

    private static readonly Validation RoleIsUnique = new("6", "the employee has no other ACTIVE role in this service",
        Refusal.Conflict("Duplicated employee role for this employee and healthcare service"));

    private static readonly Validation HealthcareServiceIsOwn = new("7", "healthcare service belongs to the legal entity of the token",
        Refusal.Unprocessable("Healthcare service should belong to your legal entity", "$.healthcare_service_id"));

    private static readonly Validation HealthcareServiceIsActive = new("8", "status of the healthcare service is ACTIVE",
        Refusal.Unprocessable("Healthcare service should be active", "$.healthcare_service_id"));

    private static readonly Validation EmployeeIsOwn = new("9", "employee works in the legal entity of the token",
        Refusal.Unprocessable("Employee should belong to your legal entity", "$.employee_id"));

    private static readonly Validation EmployeeIsApproved = new("10", "status of the employee is APPROVED",
        Refusal.Unprocessable("Employee should be approved", "$.employee_id"));

    private static readonly Validation SpecialityMatches = new("11", "a speciality of the employee, held officio unless configured otherwise, is that of the service",
        Refusal.Unprocessable("Employee speciality should match healthcare service speciality type", "$.employee_id"));

    public static readonly MethodCard Card = new("API-005-007-004-0124", "Add employee role",
        "POST", "/api/employee_roles", Family.IlMis, "employee_role:write")
    {
        Purpose = "Adds a role: binds an employee to a healthcare service",
        Handle = Handle,
        Body = Schema,
        Validations =
        [
            PartyIsVerified, LegalEntityIsWorking, HealthcareServiceExists, EmployeeExists, RoleIsUnique, HealthcareServiceIsOwn,
            HealthcareServiceIsActive, EmployeeIsOwn, EmployeeIsApproved, SpecialityMatches,
        ],
        Success = StatusCodes.Status201Created,
        Answer = typeof(EmployeeRole),
    };

    public static async Task<Reply> Handle(Caller caller, Body body, EmployeeRoleOptions options, PostgresDatabase database, CancellationToken ct)
    {
        if (options.UnverifiedPartyAllowed is { } allowed && !await UserParty.MayWork(database, caller.UserId, allowed, ct))
            return PartyIsVerified;

        // Validation 2
        if (!body.Matches<Request>(Schema, out var request, out var refusal))
            return refusal;

        var found = await LoadAndWrite(database, caller, request, options.SpecialityCheck, ct);

        if (!LegalEntityStatus.IsWorking(found.LegalEntityStatus))
            return LegalEntityIsWorking;

        if (found.HealthcareService is not { } service)
            return HealthcareServiceExists;

        if (found.Employee is not { } employee)
            return EmployeeExists;

        if (found.HasRole)
            return RoleIsUnique;

        if (service.LegalEntityId != caller.ClientId)
            return HealthcareServiceIsOwn;

        if (service.Status != "ACTIVE")
            return HealthcareServiceIsActive;

        if (employee.LegalEntityId != caller.ClientId)
            return EmployeeIsOwn;

        if (employee.Status != "APPROVED")
            return EmployeeIsApproved;

        if (!found.SpecialityMatches)
            return SpecialityMatches;

        // Everything holds and yet nothing is written: a simultaneous call was first.
        return found.Role is { } role ? Reply.Data(role) : RoleIsUnique;
    }

    private static async Task<Found> LoadAndWrite(PostgresDatabase database, Caller caller, Request request, SpecialityCheck check, CancellationToken ct)
    {
        await using var batch = database.LockThen(LegalEntityLock.Share, caller.ClientId, Sql,
            caller.ClientId, request.HealthcareServiceId, request.EmployeeId, check == SpecialityCheck.Any, Guid.NewGuid(), caller.UserId);
        await using var row = await batch.ExecuteReaderAsync(ct);
        await row.NextResultAsync(ct);
        await row.ReadAsync(ct);
        var column = new RowCursor(row);
        return new(column.TextOrNull(), ReadPlace(ref column), ReadPlace(ref column), column.Flag(), column.Flag(), row.IsDBNull(7) ? null : Rows.EmployeeRole.Read(row, 7));
    }

    private static Place? ReadPlace(ref RowCursor column)
    {
        var (legalEntity, status) = (column.UuidOrNull(), column.TextOrNull());
        return legalEntity is { } id ? new(id, status!) : null;
    }

    private sealed record Request(Guid HealthcareServiceId, Guid EmployeeId);

    /// <summary>Whose a healthcare service or an employee is, and in what status.</summary>
    private sealed record Place(Guid LegalEntityId, string Status);

    /// <param name="HasRole">The pair had an ACTIVE role before.</param>
    /// <param name="Role">The new role; null when it was not written.</param>
    private sealed record Found(string? LegalEntityStatus, Place? HealthcareService, Place? Employee, bool HasRole, bool SpecialityMatches, EmployeeRole? Role);

    /// <summary>
    /// Loads what the validations look at and writes only when all of them hold. Service and employee stay locked until the commit, so that
    /// neither ends in between; of simultaneous calls for the same pair the index lets one insert.
    /// </summary>
    internal static readonly string Sql = $"""
        WITH provider AS (
          SELECT status FROM legal_entities WHERE id = $1
        ), service AS (
          SELECT legal_entity_id, status, speciality_type FROM healthcare_services WHERE id = $2 AND is_active FOR SHARE
        ), employee AS (
          SELECT legal_entity_id, status, speciality, additional_info FROM employees WHERE id = $3 AND is_active FOR SHARE
        ), matching AS (
          SELECT EXISTS (SELECT FROM {EmployeeSpecialities.Entries("employee")} entry
                          WHERE entry ->> 'speciality' = service.speciality_type AND ($4 OR {EmployeeSpecialities.IsOfficio("entry")})) AS speciality
            FROM service, employee
        ), role AS (
          INSERT INTO employee_roles AS role (id, healthcare_service_id, employee_id, start_date, end_date, status, is_active, inserted_at, inserted_by, updated_at, updated_by)
          SELECT $5, $2, $3, now(), NULL, 'ACTIVE', true, now(), $6, now(), $6
            FROM provider, service, employee, matching
           WHERE provider.status IN {LegalEntityStatus.Working}
             AND service.legal_entity_id = $1 AND service.status = 'ACTIVE'
             AND employee.legal_entity_id = $1 AND employee.status = 'APPROVED'
             AND matching.speciality
          ON CONFLICT (employee_id, healthcare_service_id) WHERE status = 'ACTIVE' AND is_active DO NOTHING
          RETURNING {Rows.EmployeeRole.Columns}
        )
        SELECT provider.status, service.legal_entity_id, service.status, employee.legal_entity_id, employee.status,
               EXISTS (SELECT FROM employee_roles WHERE employee_id = $3 AND healthcare_service_id = $2 AND status = 'ACTIVE' AND is_active),
               coalesce(matching.speciality, false), {Rows.EmployeeRole.Columns}
          FROM (SELECT) one
          LEFT JOIN provider ON true
          LEFT JOIN service ON true
          LEFT JOIN employee ON true
          LEFT JOIN matching ON true
          LEFT JOIN role ON true
        """;
}
