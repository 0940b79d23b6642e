using Esoz.Cascades;
using Esoz.Codes;
using Esoz.Platform.Schema;

namespace Esoz.Employees;

/// <summary>Deactivate employee (employee-roles §6.4, §7).</summary>
public static class DeactivateEmployee
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(DeactivateEmployee));

    /// <summary>
    /// Roles are added under a shared lock of the employee: see <see cref="EndOfEmployment"/>. The remaining roles end with the employment;
    /// there are some only if the policy is to end them. So do the tokens of the employee's users at this client, by a trigger.
    /// </summary>
    private static readonly GuardedWrite<EmployeeDetails> Deactivation = new()
    {
        Lock = Locks.Employment,
        Sources = [new("found", "SELECT id, legal_entity_id, employee_type, is_active, status FROM employees WHERE id = $1")],
        Rules =
        [
            new("2", "employee exists", "found.id IS NOT NULL",
                Refusal.NotFound("Employee not found")),
            new("3", "employee works in the legal entity of the token", "found.legal_entity_id = $2",
                Refusal.Forbidden("Employees not belonging to the current legal entity can't be deactivated")),
            new("4", "type of the employee is neither OWNER nor PHARMACY_OWNER", $"found.employee_type NOT IN {EmployeeType.Owners}",
                Refusal.Conflict("Owner can't be deactivated")),
            new("5", "is_active = true and status of the employee is APPROVED",
                $"found.is_active AND found.status = '{EmployeeStatus.Approved}'",
                Refusal.Conflict("Employee is DEACTIVATED and cannot be updated.")),
            new("6", "the employee has no ACTIVE role (when the deployment does not end them with the employment)",
                $"$6 OR NOT {EndOfEmployment.HasActiveRole("found")}",
                Refusal.Conflict("Employee cannot be deactivated - active employee roles exists")),
        ],
        Write = $"""
            UPDATE employees employee
               SET status = $3, end_date = coalesce($4, {Today.InKyiv}), status_reason = '{EmployeeStatusReason.Dismissal}',
                 updated_at = now(), updated_by = $5
             WHERE employee.id = $1 AND {Guard.Allowed}
            """,
        Effects = [EndOfEmployment.EndRoles("employee", "$5")],
        Row = Rows.EmployeeDetails,
    };

    public static readonly MethodCard Card = new("deactivate-employee", "Deactivate employee",
        "PATCH", "/api/employees/{id}/actions/deactivate", Family.IlMis, "employee:deactivate")
    {
        Purpose = "Dismisses an employee, or marks one as entered in error",
        Handle = Handle,
        HasPersonalData = true,
        Body = Schema,
        Validations = Deactivation.Rules,
        Answer = typeof(EmployeeDetails),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Body body, EmployeeOptions options, Work work, CancellationToken ct)
    {
        // Validation 1
        if (!body.Matches<Request>(Schema, out var request, out var refusal))
            return refusal;

        var status = request.Status == PublishedEmployeeStatus.EnteredInError ? EmployeeStatus.EnteredInError : request.Status;
        return await Deactivation.Run(work, ct, id.Value ?? Guid.Empty, caller.ClientId, status, request.EndDate, caller.UserId,
            options.DismissalRolePolicy == DismissalRolePolicy.Cascade);
    }

    /// <param name="EndDate">Null = today.</param>
    private sealed record Request(string Status, DateOnly? EndDate);
}
