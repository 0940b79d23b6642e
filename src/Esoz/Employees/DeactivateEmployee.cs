using Esoz.Cascades;
using Esoz.Codes;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Schema;

namespace Esoz.Employees;

/// <summary>Deactivate employee (employee-roles §6.4, §7).</summary>
public static class DeactivateEmployee
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(DeactivateEmployee));

    private static readonly Validation EmployeeExists = new("2", "employee exists",
        Refusal.NotFound("Employee not found"));

    private static readonly Validation EmployeeIsOwn = new("3", "employee works in the legal entity of the token",
        Refusal.Forbidden("Employees not belonging to the current legal entity can't be deactivated"));

    private static readonly Validation EmployeeIsNoOwner = new("4", "type of the employee is neither OWNER nor PHARMACY_OWNER",
        Refusal.Conflict("Owner can't be deactivated"));

    private static readonly Validation EmployeeIsApproved = new("5", "is_active = true and status of the employee is APPROVED",
        Refusal.Conflict("Employee is DEACTIVATED and cannot be updated."));

    private static readonly Validation EmployeeHasNoRole = new("6", "the employee has no ACTIVE role (when the deployment does not end them with the employment)",
        Refusal.Conflict("Employee cannot be deactivated - active employee roles exists"));

    public static readonly MethodCard Card = new("deactivate-employee", "Deactivate employee",
        "PATCH", "/api/employees/{id}/actions/deactivate", Family.IlMis, "employee:deactivate")
    {
        Purpose = "Dismisses an employee, or marks one as entered in error",
        Handle = Handle,
        Body = Schema,
        Validations = [EmployeeExists, EmployeeIsOwn, EmployeeIsNoOwner, EmployeeIsApproved, EmployeeHasNoRole],
        Answer = typeof(EmployeeDetails),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Body body, EmployeeOptions options, PostgresDatabase database, CancellationToken ct)
    {
        // Validation 1
        if (!body.Matches<Request>(Schema, out var request, out var refusal))
            return refusal;

        if (await LoadAndWrite(database, caller, id.Value ?? Guid.Empty, request, options.DismissalRolePolicy, ct) is not { } found)
            return EmployeeExists;

        if (found.LegalEntityId != caller.ClientId)
            return EmployeeIsOwn;

        if (EmployeeType.IsOwner(found.EmployeeType))
            return EmployeeIsNoOwner;

        if (!found.IsActive || found.Status != "APPROVED")
            return EmployeeIsApproved;

        if (options.DismissalRolePolicy == DismissalRolePolicy.Block && found.HasRole)
            return EmployeeHasNoRole;

        return Reply.Data(found.Employee!);
    }

    private static async Task<Found?> LoadAndWrite(PostgresDatabase database, Caller caller, Guid id, Request request, DismissalRolePolicy policy, CancellationToken ct)
    {
        await using var batch = database.LockThen(Lock, id, Sql,
            id, caller.ClientId, request.Status, request.EndDate, caller.UserId, policy == DismissalRolePolicy.Cascade);
        await using var row = await batch.ExecuteReaderAsync(ct);
        await row.NextResultAsync(ct);
        if (!await row.ReadAsync(ct))
            return null;
        var column = new RowCursor(row);
        return new(column.Uuid(), column.Text(), column.Flag(), column.Text(), column.Flag(), column.IsNull ? null : Rows.EmployeeDetails.Read(row, 5));
    }

    /// <param name="EndDate">Null = today.</param>
    private sealed record Request(string Status, DateOnly? EndDate);

    /// <summary>The employee as it was before.</summary>
    /// <param name="HasRole">One that is ACTIVE.</param>
    /// <param name="Employee">As it is after the statement; null when nothing was written.</param>
    private sealed record Found(Guid LegalEntityId, string EmployeeType, bool IsActive, string Status, bool HasRole, EmployeeDetails? Employee);

    /// <summary>Roles are added under a shared lock of the employee: see <see cref="EndOfEmployment"/>.</summary>
    private const string Lock = "SELECT id FROM employees WHERE id = $1 FOR NO KEY UPDATE";

    /// <summary>
    /// Loads what the validations look at and writes only when all of them hold: the employee, and with it the roles that it still has,
    /// which can be only where the deployment ends them.
    /// </summary>
    private static readonly string Sql = $"""
        WITH found AS (
          SELECT id, legal_entity_id, employee_type, is_active, status, {EndOfEmployment.HasActiveRole("employees")} AS has_role
            FROM employees
           WHERE id = $1
        ), written AS (
          UPDATE employees
             SET status = $3, end_date = coalesce($4, {Today.InKyiv}), status_reason = 'manual_employee_deactivate', updated_at = now(), updated_by = $5
            FROM found
           WHERE employees.id = found.id
             AND found.legal_entity_id = $2
             AND found.employee_type NOT IN {EmployeeType.Owners}
             AND found.is_active AND found.status = 'APPROVED'
             AND ($6 OR NOT found.has_role)
          RETURNING employees.*
        ), ended AS (
          {EndOfEmployment.EndRoles("written", "$5")}
        )
        SELECT found.legal_entity_id, found.employee_type, found.is_active, found.status, found.has_role, {Rows.EmployeeDetails.Columns}
          FROM found
          LEFT JOIN written employee ON true
          {Rows.EmployeeDetails.Joins}
        """;
}
