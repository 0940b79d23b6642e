namespace Esoz.Events;

/// <summary>Get events by ID (events §3).</summary>
public static class GetEvent
{
    private static readonly Validation EventExists = new("1", "event exists; an id that is not a uuid is not an event",
        Refusal.NotFound("Event not found"));

    public static readonly MethodCard Card = new("get-events-by-id", "Get events by ID",
        "GET", "/api/events/{id}", Family.Events, "event:read")
    {
        Purpose = "Gets one change of a status",
        Handle = Handle,
        HasPersonalData = true,
        Validations = [EventExists],
        Answer = typeof(EntityEvent),
    };

    public static async Task<Reply> Handle(PathId id, PostgresDatabase database, CancellationToken ct) =>
        await database.Find(Read, id.Value ?? Guid.Empty, ct) is { } found ? Reply.Data(found) : EventExists;

    private static readonly PointRead<Guid, EntityEvent> Read =
        Rows.Event.ById($"SELECT {Rows.Event.Columns} FROM events event WHERE event.id = $1");
}
