using System.Text.Json;
using Esoz.Platform.Json;
using Esoz.Platform.Schema;

namespace Esoz.Tests.Platform.Json;

public sealed class WholeNumberConverterTests
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new WholeNumberConverter() } };

    [Theory(DisplayName = "every way to write an integer is read as that integer")]
    [InlineData("2000", 2000)]
    [InlineData("2000.0", 2000)]
    [InlineData("2e3", 2000)]
    [InlineData("20000e-1", 2000)]
    [InlineData("-2147483648.000000000000000000000000000000000000", int.MinValue)]
    [InlineData("0e99999999999999999999", 0)]
    public void Reads(string json, int value)
    {
        Assert.Empty(JsonSchema.Parse("""{"type":"integer"}"""u8.ToArray(), "test").Evaluate(JsonElement.Parse(json)));
        Assert.Equal(value, JsonSerializer.Deserialize<int?>(json, Options));
    }

    [Theory(DisplayName = "a number that is not an integer, or is too large, is not read")]
    [InlineData("2000.5")]
    [InlineData("2147483648")]
    [InlineData("1e400")]
    [InlineData("\"2000\"")]
    public void Refuses(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<int>(json, Options));

    [Fact(DisplayName = "a number is written plainly")]
    public void Writes() => Assert.Equal("2000", JsonSerializer.Serialize(2000, Options));
}
