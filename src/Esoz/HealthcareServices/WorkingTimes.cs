using System.Text.Json;
using System.Text.Json.Nodes;

namespace Esoz.HealthcareServices;

/// <summary>
/// When a healthcare service is open and when it is not, in requests and in the database (employee-roles §6.2, check 9). The schema checks
/// the shape; this class checks rules that involve two members.
/// </summary>
/// <param name="AvailableTime">Array of <c>{days_of_week, all_day?, available_start_time?, available_end_time?}</c>; null = not
/// sent.</param>
/// <param name="NotAvailable">Array of <c>{description, during: {start, end}}</c>; null = not sent.</param>
public sealed record WorkingTimes(JsonElement? AvailableTime, JsonElement? NotAvailable)
{
    private const int HoursAndMinutes = 5;

    private static readonly string[] Bounds = ["available_start_time", "available_end_time"];

    /// <summary>JSON text for a jsonb column; an empty array when absent.</summary>
    public static string Stored(JsonElement? times) => Sent(times)?.GetRawText() ?? "[]";

    /// <summary>As <see cref="Stored"/>, with every time as <c>HH:MM:SS</c>, the form of the answers.</summary>
    public static string StoredAvailable(JsonElement? times)
    {
        var entries = JsonNode.Parse(Stored(times))!.AsArray();
        foreach (var entry in entries)
        {
            foreach (var bound in Bounds)
            {
                if (entry![bound]?.GetValue<string>() is { Length: HoursAndMinutes } time)
                    entry[bound] = $"{time}:00";
            }
        }
        return entries.ToJsonString();
    }

    /// <summary>The rules with their number on the page; the paths of their refusals are examples.</summary>
    public static IReadOnlyList<Validation> Rules(string number) =>
    [
        .. Bounds.Select(bound => new Validation(number, $"{bound} is absent with all_day = true", IsUnexpected(0, bound))),
        .. Bounds.Select(bound => new Validation(number, $"{bound} is present with all_day = false", IsMissing(0, bound))),
        new(number, "an absence ends after its start", EndsTooEarly(0)),
    ];

    /// <summary>The first error; null when there is none.</summary>
    public TimesFault? Fault() => AvailableFault() ?? NotAvailableFault();

    private TimesFault? AvailableFault()
    {
        foreach (var (entry, i) in Entries(AvailableTime))
        {
            // Without all_day neither time is required, and neither is refused.
            if (!entry.TryGetProperty("all_day", out var sent) || sent.ValueKind == JsonValueKind.Null)
                continue;
            var allDay = sent.GetBoolean();
            foreach (var (n, bound) in Bounds.Index())
            {
                var present = entry.TryGetProperty(bound, out var time) && time.ValueKind != JsonValueKind.Null;
                if (present == allDay)
                    return allDay ? new(n, IsUnexpected(i, bound)) : new(Bounds.Length + n, IsMissing(i, bound));
            }
        }
        return null;
    }

    private TimesFault? NotAvailableFault()
    {
        foreach (var (entry, i) in Entries(NotAvailable))
        {
            var during = entry.GetProperty("during");
            if (Instant(during.GetProperty("end")) <= Instant(during.GetProperty("start")))
                return new(2 * Bounds.Length, EndsTooEarly(i));
        }
        return null;
    }

    private static Refusal IsUnexpected(int entry, string bound) =>
        Refusal.Unprocessable("Should not be present when all_day = true", $"$.available_time[{entry}].{bound}");

    private static Refusal IsMissing(int entry, string bound) =>
        Refusal.Unprocessable("Should be present when all_day = false", $"$.available_time[{entry}].{bound}");

    private static Refusal EndsTooEarly(int entry) =>
        Refusal.Unprocessable("Should be greater then start", $"$.not_available[{entry}].during.end");

    private static IEnumerable<(JsonElement Entry, int Index)> Entries(JsonElement? times) =>
        Sent(times) is { } array ? array.EnumerateArray().Select((entry, i) => (entry, i)) : [];

    private static JsonElement? Sent(JsonElement? times) => times is { ValueKind: JsonValueKind.Array } ? times : null;

    private static DateTime Instant(JsonElement text) => Platform.Json.Iso8601.ParseDateTime(text.GetString()!);
}

/// <summary>An error in <see cref="WorkingTimes"/>.</summary>
/// <param name="Rule">Index of the broken rule in <see cref="WorkingTimes.Rules"/>.</param>
/// <param name="Refusal">Its refusal, with the path.</param>
public sealed record TimesFault(int Rule, Refusal Refusal);
