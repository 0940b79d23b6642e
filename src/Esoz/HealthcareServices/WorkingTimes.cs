using System.Text.Json;
using Esoz.Platform;

namespace Esoz.HealthcareServices;

/// <summary>
/// When a healthcare service is open and when it is not, as a request sends it and the registry stores it (employee-roles §6.2, check 9).
/// The shape is the schema's affair; here is what depends on two members at once.
/// </summary>
/// <param name="AvailableTime">Array of <c>{days_of_week, all_day, available_start_time?, available_end_time?}</c>; null = not sent.</param>
/// <param name="NotAvailable">Array of <c>{description?, during: {start, end}}</c>; null = not sent.</param>
public sealed record WorkingTimes(JsonElement? AvailableTime, JsonElement? NotAvailable)
{
    private static readonly string[] Bounds = ["available_start_time", "available_end_time"];

    /// <summary>Text of the array for a jsonb column: empty when it is not there.</summary>
    public static string Stored(JsonElement? times) => Sent(times)?.GetRawText() ?? "[]";

    /// <summary>The first fault of all; null when there is none.</summary>
    public Refusal? Fault() => AvailableFault() ?? NotAvailableFault();

    private Refusal? AvailableFault()
    {
        foreach (var (entry, i) in Entries(AvailableTime))
        {
            var allDay = entry.GetProperty("all_day").GetBoolean();
            foreach (var bound in Bounds)
            {
                var present = entry.TryGetProperty(bound, out var time) && time.ValueKind != JsonValueKind.Null;
                if (present == allDay)
                    return Refusal.Unprocessable(allDay ? "Should not be present when all_day = true" : "Should be present when all_day = false", $"$.available_time[{i}].{bound}");
            }
        }
        return null;
    }

    private Refusal? NotAvailableFault()
    {
        foreach (var (entry, i) in Entries(NotAvailable))
        {
            var during = entry.GetProperty("during");
            if (Instant(during.GetProperty("end")) <= Instant(during.GetProperty("start")))
                return Refusal.Unprocessable("Should be greater then start", $"$.not_available[{i}].during.end");
        }
        return null;
    }

    private static IEnumerable<(JsonElement Entry, int Index)> Entries(JsonElement? times) =>
        Sent(times) is { } array ? array.EnumerateArray().Select((entry, i) => (entry, i)) : [];

    private static JsonElement? Sent(JsonElement? times) => times is { ValueKind: JsonValueKind.Array } ? times : null;

    private static DateTime Instant(JsonElement text) => Platform.Json.Iso8601.ParseDateTime(text.GetString()!);
}
