using Esoz.Cascades;
using Esoz.Codes;
using Esoz.Platform.Access;

namespace Esoz.LegalEntities;

/// <summary>Deactivate legal entity (employee-roles §6.1, §7).</summary>
public static class DeactivateLegalEntity
{
    private static readonly Guard Closure = new()
    {
        Sources = [new("found", "SELECT id, is_active, status FROM legal_entities WHERE id = $1", Locks.Alone)],
        Rules =
        [
            new("1", "legal entity exists", "found.id IS NOT NULL",
                Refusal.NotFound("Legal entity not found")),
            new("2", "legal entity is that of the token, unless the client is the NHS", $"found.id = $2 OR $3 = '{ClientType.Nhs}'",
                Refusal.Forbidden("Access denied")),
            new("3", "is_active = true and status of the legal entity is ACTIVE or SUSPENDED",
                $"found.is_active AND found.status IN {LegalEntityStatus.Working}",
                Refusal.Conflict("Invalid transition")),
        ],
    };

    public static readonly MethodCard Card = new("deactivate-legal-entity", "Deactivate legal entity",
        "PATCH", "/api/legal_entities/{id}/actions/deactivate", Family.IlMis, "legal_entity:deactivate")
    {
        Purpose = "Closes a legal entity: its employees leave, their roles end, its contracts are terminated",
        Handle = Handle,
        HasPersonalData = false,
        Validations = Closure.Rules,
        Answer = typeof(LegalEntityV1),
    };

    /// <summary>A transaction instead of one statement, because it has several effects and is rare.</summary>
    public static async Task<Reply> Handle(Caller caller, PathId id, Work work, CancellationToken ct)
    {
        var legalEntity = id.Value ?? Guid.Empty;
        await using var steps = await work.Begin(ct);

        if (await Closure.Judge(steps, ct, legalEntity, caller.ClientId, caller.ClientType) is { } refusal)
            return refusal;

        // Processing
        await LegalEntityClosure.Close(steps.Connection, legalEntity, caller.UserId, ct);
        var closed = await Rows.LegalEntityV1.ReadOne(
            PostgresDatabase.Command(steps.Connection, Rows.SelectLegalEntityV1, legalEntity), ct);
        await steps.Commit(ct);
        return Reply.Data(closed!);
    }
}
