namespace Esoz.Tests.Platform.Database;

/// <summary>Values sent to the database through the pool are stored unchanged.</summary>
public sealed class PostgresDatabaseTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "The first and the last day of the calendar are days, not infinity: the bulk export can write them")]
    public async Task Days()
    {
        var row = Assert.Single(
            await registry.Rows(
                "SELECT $1::date::text AS first_day, $2::date::text AS last_day, ($3::timestamptz AT TIME ZONE 'UTC')::text AS first_instant",
            DateOnly.MinValue, DateOnly.MaxValue, DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc)));

        Assert.Equal(("0001-01-01", "9999-12-31", "0001-01-01 00:00:00"), (row["first_day"], row["last_day"], row["first_instant"]));
    }
}
