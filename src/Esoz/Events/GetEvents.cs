using System.Globalization;

namespace Esoz.Events;

/// <summary>Get events list (events §2).</summary>
public static class GetEvents
{
    private static readonly Validation PeriodIsKept = new("3", "date_to is after date and at most EVENTS_MAX_PERIOD_HOURS later",
        Refusal.Unprocessable(Invalid.Query(
            "date_to", Rule.Business("date_to must be after date and not more than {hours} hours later"))));

    private static readonly Validation AttributeIsSet = new("4", "new_value comes with attribute_name",
        Refusal.Unprocessable(Invalid.Query("attribute_name", Rule.Business("must be set"))));

    public static readonly MethodCard Card = new("get-events-list", "Get events list", "GET", "/api/events", Family.Events, "event:read")
    {
        Purpose = "Gets the changes of statuses in the order of their time",
        Handle = Handle,
        HasPersonalData = true,
        Validations = [PeriodIsKept, AttributeIsSet],
        Query =
        [
            new("date", QueryType.DateTime, "Events of this time or later; without date_to, up to EVENTS_MAX_PERIOD_HOURS later."),
            new("date_to", QueryType.DateTime, "Events before this time; without date, from EVENTS_MAX_PERIOD_HOURS earlier."),
            new("event_type", QueryType.Text, "StatusChangeEvent or StateChangeEvent; others give an empty list.", "event.event_type = {0}"),
            new("entity_type", QueryType.Text, "Events of this kind of entity; others give an empty list.", "event.entity_type = {0}"),
            new("attribute_name", QueryType.Text, "Events in whose properties this attribute is."),
            new("new_value", QueryType.Text, "Events that gave attribute_name this value."),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<EntityEvent>),
    };

    public static async Task<Reply> Handle(QueryReader query, EventOptions options, ReadDatabase database, CancellationToken ct)
    {
        var (date, dateTo) = (query.Read<DateTime?>("date"), query.Read<DateTime?>("date_to"));
        var list = new FilteredList("events", "event", "event_time").Where(query);
        var (attribute, newValue) = (query.Read<string?>("attribute_name"), query.Read<string?>("new_value"));
        var isUnreadable = query.Refusal is not null;
        var page = PageRequest.Read(query);
        if (isUnreadable)
            return query.Refusal!;

        var period = TimeSpan.FromHours(options.MaxPeriodHours);
        if (date is not null && dateTo is not null && (dateTo <= date || dateTo - date > period))
            return PeriodIsKept.With("hours", options.MaxPeriodHours.ToString(CultureInfo.InvariantCulture));

        if (newValue is not null && attribute is null)
            return AttributeIsSet;

        if (query.Refusal is { } refusal)
            return refusal;

        list.Where("event.event_time >= {0}", date ?? Add(dateTo, -period)).Where("event.event_time < {0}", dateTo ?? Add(date, period));
        if (attribute is not null)
            list.Where("event.properties ? {0}", attribute);
        if (newValue is not null)
            list.Where("event.properties -> {0} ->> 'new_value' = {1}", attribute!, newValue);
        var (events, total) = await list.Read(database, page, Rows.Event, ct);
        return Reply.Page(events, Paging.Of(page, total));
    }

    /// <summary>Null when the sum is not a year between 1 and 9999: then there are no events beyond it.</summary>
    private static DateTime? Add(DateTime? instant, TimeSpan span) =>
        instant is { } at && (span < TimeSpan.Zero ? at - DateTime.MinValue >= -span : DateTime.MaxValue - at >= span) ? at + span : null;
}
