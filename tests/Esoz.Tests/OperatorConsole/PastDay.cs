using Esoz.Platform.Http;
using Esoz.Platform.RollUp;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Figures of a day as a busy registry has them.</summary>
internal static class PastDay
{
    /// <param name="client">Who sent the requests.</param>
    public static async Task Fill(Registry registry, Guid client)
    {
        var (table, ct) = (new RollUpTable(registry.Database), TestContext.Current.CancellationToken);
        var now = registry.Clock.GetUtcNow().UtcDateTime;
        var start = new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerHour), DateTimeKind.Utc).AddHours(-23);
        var bulk = Methods.All.First(card => card.Family == Family.PisBulk).Id;
        var method = Methods.All.First(card => card.Family == Family.IlMis).Id;
        for (var hour = 0; hour < 24; hour++)
        {
            var counted = new Dictionary<MinuteKey, long[]>
            {
                [new(start.AddHours(hour), new(method, client, 200, ""))] = Counts((2, 1000 + (hour * 100)), (4, 60), (8, 12)),
                [new(start.AddHours(hour), new(method, client, 409, "2"))] = Counts((1, 40 + hour)),
                [new(start.AddHours(hour), new(method, RequestKey.NoClient, 401, "platform 2"))] = Counts((0, 7 * (hour % 5))),
                [new(start.AddHours(hour), new(bulk, client, 200, ""))] = Counts((13, 3)),
            };
            if (hour == 17)
                counted.Add(new(start.AddHours(hour), new(method, RequestKey.OtherClients, 503, "")), Counts((12, 4)));
            await table.Write(counted.Where(it => it.Value.Sum() > 0).ToDictionary(), start.AddHours(hour),
                [], ct);
        }
        await registry.Execute("""
            INSERT INTO queue_minutes (minute, type, waiting, oldest_seconds)
            SELECT $1::timestamptz + make_interval(mins => minute), 'CREATE_COMPOSITION', greatest(0, 40 * sin(minute / 180.0) + minute % 7),
                   greatest(0, 90 * sin(minute / 180.0))
              FROM generate_series(0, 1380, 5) AS minute
            ON CONFLICT DO NOTHING
            """, start);
        await registry.Execute("""
            INSERT INTO snapshot_builds (resource, started_at, finished_at, row_count, byte_size)
            SELECT 'parties', at, at + make_interval(secs => 60 + day), 400000 + day * 1000, 9000000 + day * 20000
              FROM (SELECT day, $1::timestamptz - make_interval(days => day) AS at FROM generate_series(1, 27) AS day) nights
            ON CONFLICT DO NOTHING
            """, now);
    }

    private static long[] Counts(params (int Place, long Requests)[] counted)
    {
        var counts = new long[Durations.Places];
        foreach (var (place, requests) in counted)
            counts[place] = requests;
        return counts;
    }
}
