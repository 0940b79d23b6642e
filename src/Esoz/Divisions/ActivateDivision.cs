using Esoz.Codes;

namespace Esoz.Divisions;

/// <summary>Activate division (employee-roles §6.3).</summary>
public static class ActivateDivision
{
    /// <summary>Because of the lock on the division, the second of two concurrent calls sees the status that the first one set.</summary>
    private static readonly GuardedWrite<Division> Activation = new()
    {
        Sources =
        [
            new("provider", "SELECT status FROM legal_entities WHERE id = $2"),
            new("found", "SELECT id, legal_entity_id, status FROM divisions WHERE id = $1 AND is_active", "FOR NO KEY UPDATE"),
        ],
        Rules =
        [
            DivisionRules.Exists with { Number = "1" },
            DivisionRules.IsOwn with { Number = "2" },
            DivisionRules.LegalEntityIsWorking with { Number = "3" },
            new("4", "status of the division is INACTIVE", $"found.status = '{DivisionStatus.Inactive}'",
                Refusal.Conflict("{current_status} division cannot be ACTIVATED"), ("current_status", "found.status")),
        ],
        Write = $"""
            UPDATE divisions division
               SET status = '{DivisionStatus.Active}', updated_at = now(), updated_by = $3
             WHERE division.id = $1 AND {Guard.Allowed}
            """,
        Row = Rows.Division,
    };

    public static readonly MethodCard Card = new("activate-division", "Activate division",
        "PATCH", "/api/divisions/{id}/actions/activate", Family.IlMis, "division:activate")
    {
        Purpose = "Activates a division that was deactivated",
        Handle = Handle,
        HasPersonalData = false,
        Validations = Activation.Rules,
        BrokenNow = (database, it, ct) => Activation.Explain(database, ct, it.Id, it.ClientId, it.UserId),
        Answer = typeof(Division),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Work work, CancellationToken ct) =>
        await Activation.Run(work, ct, id.Value ?? Guid.Empty, caller.ClientId, caller.UserId);
}
