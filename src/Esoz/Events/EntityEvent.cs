using Esoz.Platform.Json;

namespace Esoz.Events;

/// <summary>
/// Event (подія зміни стану): a change of a status or another state, written by the trigger of the row's table in the transaction of the
/// change (platform §14). Members are in response order (events §3).
/// </summary>
public sealed record EntityEvent : IAccessedRecord
{
    public required Guid Id { get; init; }
    /// <summary>StatusChangeEvent; StateChangeEvent for <c>contracts.is_suspended</c>.</summary>
    public required string EventType { get; init; }
    public required string EntityType { get; init; }
    public required Guid EntityId { get; init; }
    /// <summary><c>{attribute: {"new_value": …}}</c>.</summary>
    public required RawJson Properties { get; init; }
    public required DateTime EventTime { get; init; }
    public required Guid ChangedBy { get; init; }

    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Id, EntityId];
}
