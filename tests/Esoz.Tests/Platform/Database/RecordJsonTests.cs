using Esoz.Platform.Database;

namespace Esoz.Tests.Platform.Database;

/// <summary>JSON written to the database is read back unchanged.</summary>
public sealed class RecordJsonTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Members are columns in snake_case; text, dates, absent values and the last microsecond of a day arrive unchanged")]
    public async Task Arrives()
    {
        var last = new DateTime(2026, 3, 2, 23, 59, 59, DateTimeKind.Utc).AddTicks(9_999_999);
        var id = Guid.NewGuid();

        var row = Assert.Single(await registry.Rows(
            "SELECT * FROM jsonb_to_record($1::jsonb) AS it (the_id uuid, some_text text, at_time timestamptz, on_day date, how_many integer, nothing text)",
            RecordJson.Of(
                new
                {
                    TheId = id,
                    SomeText = "Лікар «\"\\\u0001 😀",
                    AtTime = last,
                    OnDay = new DateOnly(2026, 3, 2),
                    HowMany = 7,
                    Nothing = (string?)null
                })));

        Assert.Equal((id, "Лікар «\"\\\u0001 😀", last.AddTicks(-9), new DateOnly(2026, 3, 2), 7, null),
            (row["the_id"], row["some_text"], row["at_time"], row["on_day"], row["how_many"], row["nothing"]));
    }

    [Fact(DisplayName = "A list is a set of rows in its order")]
    public async Task Lists() => Assert.Equal([3, 1, 2], (await registry.Rows(
        "SELECT number FROM jsonb_to_recordset($1::jsonb) AS it (number integer)",
        RecordJson.Of(new[] { 3, 1, 2 }.Select(number => new { number })))).Select(row => row["number"]));
}
