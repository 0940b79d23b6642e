using Esoz.Cascades;
using Esoz.Codes;

namespace Esoz.Divisions;

/// <summary>Deactivate division (employee-roles §6.3).</summary>
public static class DeactivateDivision
{
    /// <summary>Takes the exclusive lock first, so it waits for and sees a service that is being added concurrently.</summary>
    private static readonly GuardedWrite<Division> Deactivation = new()
    {
        Lock = Locks.Division,
        Sources = [new("found", "SELECT id, legal_entity_id, status FROM divisions WHERE id = $1 AND is_active")],
        Rules =
        [
            DivisionRules.Exists with { Number = "1" },
            DivisionRules.IsOwn with { Number = "2" },
            new("3", "no healthcare service of the division is ACTIVE and is_active",
                $"NOT EXISTS (SELECT FROM healthcare_services WHERE division_id = $1 AND status = '{HealthcareServiceStatus.Active}' AND is_active)",
                Refusal.Conflict("Division cannot be deactivated - active healthcare services exists")),
            new("4", "no employee of the division is APPROVED and is_active",
                $"NOT EXISTS (SELECT FROM employees WHERE division_id = $1 AND status = '{EmployeeStatus.Approved}' AND is_active)",
                Refusal.Conflict("Division cannot be deactivated - active employees exists")),
            new("5", "status of the division is ACTIVE", $"found.status = '{DivisionStatus.Active}'",
                Refusal.Conflict("{current_status} division cannot be DEACTIVATED"), ("current_status", "found.status")),
        ],
        Write = $"""
            UPDATE divisions division
               SET status = '{DivisionStatus.Inactive}', updated_at = now(), updated_by = $3
             WHERE division.id = $1 AND {Guard.Allowed}
            """,
        Row = Rows.Division,
    };

    public static readonly MethodCard Card = new("deactivate-division", "Deactivate division",
        "PATCH", "/api/divisions/{id}/actions/deactivate", Family.IlMis, "division:deactivate")
    {
        Purpose = "Deactivates a division that has no ACTIVE healthcare services and no APPROVED employees",
        Handle = Handle,
        HasPersonalData = false,
        Validations = Deactivation.Rules,
        BrokenNow = (database, it, ct) => Deactivation.Explain(database, ct, it.Id, it.ClientId, it.UserId),
        Answer = typeof(Division),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Work work, CancellationToken ct) =>
        await Deactivation.Run(work, ct, id.Value ?? Guid.Empty, caller.ClientId, caller.UserId);
}
