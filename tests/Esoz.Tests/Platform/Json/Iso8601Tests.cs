using System.Text;
using Esoz.Platform.Json;

namespace Esoz.Tests.Platform.Json;

public sealed class Iso8601Tests
{
    [Theory(DisplayName = "a date-time is read as UTC with six digits of its fraction")]
    [InlineData("2026-01-05T09:00:00Z", "2026-01-05T09:00:00.0000000Z")]
    [InlineData("2026-01-05T09:00:00", "2026-01-05T09:00:00.0000000Z")]
    [InlineData("2026-01-05T09:00:00.5", "2026-01-05T09:00:00.5000000Z")]
    [InlineData("2026-01-05T09:00:00.000104Z", "2026-01-05T09:00:00.0001040Z")]
    [InlineData("2026-01-05T09:00:00.1234569999999999999999999Z", "2026-01-05T09:00:00.1234560Z")]
    [InlineData("2026-01-05T01:30:00+02:00", "2026-01-04T23:30:00.0000000Z")]
    [InlineData("2026-12-31T23:30:00.25-03:30", "2027-01-01T03:00:00.2500000Z")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.0000000Z")]
    [InlineData("2017-01-01T01:59:60.5+02:00", "2017-01-01T00:00:00.5000000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z")]
    [InlineData("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.9999990Z")]
    public void ReadsDateTimes(string text, string utc)
    {
        var read = Iso8601.ParseDateTime(text);

        Assert.Equal(DateTimeKind.Utc, read.Kind);
        Assert.Equal(utc, read.ToString("O"));
    }

    [Theory(DisplayName = "a text that is not a date-time, and a date-time that does not exist, are different faults")]
    [InlineData("2026-01-05", Iso8601Verdict.Malformed)]
    [InlineData("2026-01-05 09:00:00Z", Iso8601Verdict.Malformed)]
    [InlineData("2026-01-05T09:00Z", Iso8601Verdict.Malformed)]
    [InlineData("2026-01-05T09:00:00.Z", Iso8601Verdict.Malformed)]
    [InlineData("2026-01-05T09:00:00,5Z", Iso8601Verdict.Malformed)]
    [InlineData("2026-01-05T09:00:00+0200", Iso8601Verdict.Malformed)]
    [InlineData("2026-01-05T09:00:00+24:00", Iso8601Verdict.Malformed)]
    [InlineData("2026-01-05T24:00:00Z", Iso8601Verdict.Malformed)]
    [InlineData("2026-13-05T09:00:00Z", Iso8601Verdict.Malformed)]
    [InlineData("2026-01-05T09:00:60Z", Iso8601Verdict.Malformed)]
    [InlineData("2026-02-30T09:00:00Z", Iso8601Verdict.NonExistent)]
    [InlineData("0000-01-01T09:00:00Z", Iso8601Verdict.NonExistent)]
    [InlineData("0001-01-01T00:00:00+00:01", Iso8601Verdict.NonExistent)]
    [InlineData("9999-12-31T23:59:60Z", Iso8601Verdict.NonExistent)]
    public void Distinguishes(string text, Iso8601Verdict verdict)
    {
        Assert.Equal(verdict, Iso8601.TryParseDateTime(Encoding.UTF8.GetBytes(text), out _));
        Assert.Throws<FormatException>(() => Iso8601.ParseDateTime(text));
    }

    [Fact(DisplayName = "a date is read as year, month and day, and nothing else is one")]
    public void ReadsDates()
    {
        Assert.Equal(new DateOnly(2024, 2, 29), Iso8601.ParseDate("2024-02-29"));
        Assert.Throws<FormatException>(() => Iso8601.ParseDate("2023-02-29"));
        Assert.Throws<FormatException>(() => Iso8601.ParseDate("2024-02-29T00:00:00Z"));
    }
}
