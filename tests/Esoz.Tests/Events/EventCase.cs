namespace Esoz.Tests.Events;

/// <summary>Events that a test needs, and the requests of their readers.</summary>
internal static class EventCase
{
    public const string Path = "/api/events";

    /// <summary>An event that no change wrote, at an instant of the test's choice.</summary>
    public static async Task<Guid> Event(
        this Registry registry, DateTime time, string entity = "Employee", string properties = """{"status":{"new_value":"STOPPED"}}""",
        string type = "StatusChangeEvent", DateTime? insertedAt = null, Guid? id = null) =>
        await registry.Given.Insert("events", new()
        {
            ["id"] = id ?? Guid.NewGuid(),
            ["event_type"] = type,
            ["entity_type"] = entity,
            ["entity_id"] = Guid.NewGuid(),
            ["properties"] = Given.Json(properties),
            ["event_time"] = time,
            ["changed_by"] = Guid.NewGuid(),
            ["inserted_at"] = insertedAt ?? time,
        }, hasAuthor: false);

    /// <summary>As a MIS with its own token.</summary>
    public static async Task<Credential> Mis(this Registry registry)
    {
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "MIS");
        return await registry.Given.Token(client, "event:read");
    }
}
