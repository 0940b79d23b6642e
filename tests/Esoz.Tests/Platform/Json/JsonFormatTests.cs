using System.Text;
using System.Text.Json;
using Esoz.Platform.Http;
using Esoz.Platform.Json;

namespace Esoz.Tests.Platform.Json;

/// <summary>Format of values: plain UTF-8 (platform §1) and the date-times of the families (platform §12).</summary>
public sealed class JsonFormatTests
{
    [Theory(DisplayName = "Only control characters, quote and backslash are escaped")]
    [InlineData("Ґалаґан Її", "Ґалаґан Її")]
    [InlineData("🩺 and 𝒳", "🩺 and 𝒳")]
    [InlineData("<a href='x'>&+/", "<a href='x'>&+/")]
    [InlineData("\u2028\u2029\u007f\u00a0\ufeff", "\u2028\u2029\u007f\u00a0\ufeff")]
    [InlineData("\"\\", "\\\"\\\\")]
    [InlineData("\n\r\t\b\f", "\\n\\r\\t\\b\\f")]
    [InlineData("\u0000\u0001\u001f", "\\u0000\\u0001\\u001f")]
    [InlineData("\u0080\u0085\u009f«\u00a0»", "\\u0080\\u0085\\u009f«\u00a0»")]
    [InlineData("🩺\"🩺\\Ї\n", "🩺\\\"🩺\\\\Ї\\n")]
    public void Strings(string text, string written)
    {
        Assert.Equal($"\"{written}\"", Write(writer => writer.WriteStringValue(text)));
        Assert.Equal($"\"{written}\"", Write(writer => writer.WriteStringValue(Encoding.UTF8.GetBytes(text))));
        Assert.Equal($"\"{written}\"", JsonSerializer.Serialize(text, IlDialect.Json));
        Assert.Equal(text, JsonSerializer.Deserialize<string>($"\"{written}\""));
    }

    [Theory(DisplayName = "Text of any length is written whole")]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(100_000)]
    public void Long(int length)
    {
        var text = string.Concat(Enumerable.Repeat("а\"🩺\u0001", length));

        Assert.Equal(text, JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(text, McDialect.Json)));
    }

    [Fact(DisplayName = "Half of a surrogate pair is replaced, never written")]
    public void LoneSurrogate() => Assert.Equal("\"a\\ufffdb\"", JsonSerializer.Serialize("a\ud800b", IlDialect.Json));

    [Theory(DisplayName = "IL: whole seconds without a fraction, otherwise six digits; MC: always milliseconds")]
    [InlineData("2026-01-05T09:00:00", "2026-01-05T09:00:00Z", "2026-01-05T09:00:00.000Z")]
    [InlineData("2026-01-05T09:00:00.000104", "2026-01-05T09:00:00.000104Z", "2026-01-05T09:00:00.000Z")]
    [InlineData("2026-01-05T09:00:00.5", "2026-01-05T09:00:00.500000Z", "2026-01-05T09:00:00.500Z")]
    [InlineData("2026-01-05T09:00:00.0000009", "2026-01-05T09:00:00Z", "2026-01-05T09:00:00.000Z")]
    [InlineData("0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.999999", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999Z")]
    public void DateTimes(string instant, string il, string mc)
    {
        var value = DateTime.SpecifyKind(DateTime.Parse(instant, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc);

        Assert.Equal($"\"{il}\"", JsonSerializer.Serialize(value, IlDialect.Json));
        Assert.Equal($"\"{mc}\"", JsonSerializer.Serialize(value, McDialect.Json));
    }

    [Fact(DisplayName = "Dates are days; names are snake_case in IL and camelCase in MC; null is written")]
    public void Policies()
    {
        var value = new { StartDate = new DateOnly(2019, 6, 4), EndDate = (DateTime?)null };

        Assert.Equal("""{"start_date":"2019-06-04","end_date":null}""", JsonSerializer.Serialize(value, IlDialect.Json));
        Assert.Equal("""{"startDate":"2019-06-04","endDate":null}""", JsonSerializer.Serialize(value, McDialect.Json));
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = PlainJsonEncoder.Instance }))
            write(writer);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
