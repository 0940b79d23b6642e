namespace Esoz.Events;

/// <summary>Maps rows to entities.</summary>
internal static class Rows
{
    public static readonly RowMap<EntityEvent> Event = new("event");
}
