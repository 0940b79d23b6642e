using System.Text;
using System.Text.Json;
using Esoz.Compositions;

namespace Esoz.Tests.Compositions;

public sealed class JsonDifferenceTests
{
    [Theory(DisplayName = "The order of members, white space, null members and the way a number is written make no difference")]
    [InlineData("""{"a":1,"b":{"c":[1,2]}}""", """{ "b" : {"c":[1, 2]}, "a": 1 }""")]
    [InlineData("""{"a":null,"b":1}""", """{"b":1}""")]
    [InlineData("""{"b":1}""", """{"a":null,"b":1}""")]
    [InlineData("""{"a":{"b":null}}""", """{"a":{}}""")]
    [InlineData("""{"a":1.0,"b":10e-1,"c":100}""", """{"a":1,"b":1,"c":1e2}""")]
    [InlineData(""""{"a":"\u0456\/"}"""", """{"a":"і/"}""")]
    [InlineData("[]", "[]")]
    [InlineData("null", "null")]
    public void Same(string signed, string expected) => Assert.Empty(JsonDifference.Between(Json(signed), Json(expected)));

    [Theory(DisplayName = "Every path that differs is named, without values")]
    [InlineData("""{"a":1}""", """{"a":2}""", "$.a")]
    [InlineData("""{"a":1}""", """{"a":"1"}""", "$.a")]
    [InlineData("""{"a":"x"}""", """{"a":"X"}""", "$.a")]
    [InlineData("""{"a":"x "}""", """{"a":"x"}""", "$.a")]
    [InlineData("""{"a":"\u00e9"}""", """{"a":"e\u0301"}""", "$.a")]
    [InlineData("""{"a":1}""", """{"a":1,"b":0}""", "$.b")]
    [InlineData("""{"a":1,"b":""}""", """{"a":1}""", "$.b")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", "$.a[0] $.a[1]")]
    [InlineData("""{"a":[1,null]}""", """{"a":[1]}""", "$.a[1]")]
    [InlineData("""{"a":[1]}""", """{"a":[1,null]}""", "$.a[1]")]
    [InlineData("""{"a":{}}""", """{"a":[]}""", "$.a")]
    [InlineData("""{"a":{}}""", """{}""", "$.a")]
    [InlineData("""{"a":false}""", """{"a":null}""", "$.a")]
    [InlineData("""{"x":{"y":[{"z":1},{"z":2}]},"w":3}""", """{"x":{"y":[{"z":1},{"z":3}]},"w":4}""", "$.x.y[1].z $.w")]
    [InlineData("[1]", "{}", "$")]
    [InlineData("0.1", "0.10000000000000000001", "$")]
    public void Differs(string signed, string expected, string paths) =>
        Assert.Equal(paths.Split(' '), JsonDifference.Between(Json(signed), Json(expected)));

    [Fact(DisplayName = "At most a hundred paths are named, and long paths are cut")]
    public void Bounded()
    {
        var many = $"[{string.Join(',', Enumerable.Range(0, 5000))}]";
        Assert.Equal(JsonDifference.MaxPaths, JsonDifference.Between(Json(many), Json("[]")).Count);
        var members = $"{{{string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"m{i}\":{i}"))}}}";
        Assert.Equal(JsonDifference.MaxPaths, JsonDifference.Between(Json(members), Json("{}")).Count);
        Assert.InRange(Assert.Single(JsonDifference.Between(Json($$"""{"{{new string('a', 100_000)}}":1}"""), Json("{}"))).Length, 1, 501);
    }

    [Theory(DisplayName = "Member names chosen by the signer are shown without control characters, and cut between characters")]
    [InlineData("""{"a\u001b[2J\n\u0085b":1}""", "$.a\uFFFD[2J\uFFFD\uFFFDb")]
    [InlineData("""{"а🙂":1}""", "$.а🙂")]
    public void Names(string signed, string path) => Assert.Equal([path], JsonDifference.Between(Json(signed), Json("{}")));

    [Theory(DisplayName = "A long name is cut before a surrogate pair, never within it")]
    [InlineData(496, 500)]
    [InlineData(497, 499)]
    [InlineData(498, 500)]
    public void Cut(int before, int kept)
    {
        var name = new string('a', before) + string.Concat(Enumerable.Repeat("🙂", 3));

        Assert.Equal($"$.{name}"[..kept] + "…", Assert.Single(JsonDifference.Between(Json($$"""{"{{name}}":1}"""), Json("{}"))));
    }

    private static JsonElement Json(string text) => JsonElement.Parse(Encoding.UTF8.GetBytes(text));
}
