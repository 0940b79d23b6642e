using System.Numerics;
using System.Text;
using System.Text.Json;
using CsCheck;
using Esoz.Platform.Json;
using Esoz.Platform.Schema;

namespace Esoz.Tests.Platform.Schema;

public sealed class JsonSchemaTests
{
    /// <summary>
    /// Milliseconds after which a check counts as hanging. A linear check takes a thousandth of this, a non-linear one much longer than
    /// this; a busy machine makes no difference.
    /// </summary>
    private const int MaxMilliseconds = 60_000;

    [Theory(DisplayName = "a schema that is not fully supported is refused, with the location and the keyword")]
    [InlineData("""{"properties":{"a":{"items":{"oneOf":[]}}}}""", "/properties/a/items", "oneOf")]
    [InlineData("""{"$defs":{"a/b":{"typo":1}}}""", "/$defs/a~1b", "typo")]
    [InlineData("""{"format":"email"}""", "", "format")]
    [InlineData("""{"type":"text"}""", "", "type")]
    [InlineData("""{"type":[]}""", "", "type")]
    [InlineData("""{"required":"a"}""", "", "required")]
    [InlineData("""{"required":[1]}""", "", "required")]
    [InlineData("""{"maxLength":-1}""", "", "maxLength")]
    [InlineData("""{"maxLength":1.5}""", "", "maxLength")]
    [InlineData("""{"minimum":"1"}""", "", "minimum")]
    [InlineData("""{"uniqueItems":1}""", "", "uniqueItems")]
    [InlineData("""{"items":[]}""", "/items", "")]
    [InlineData("""{"pattern":"("}""", "", "pattern")]
    [InlineData("""{"pattern":"(?=a)b"}""", "", "pattern")]
    [InlineData("""{"pattern":"(a)\\1"}""", "", "pattern")]
    [InlineData("""{"pattern":"\\bа"}""", "", "pattern")]
    [InlineData("""{"pattern":"\\u12"}""", "", "pattern")]
    [InlineData("""{"pattern":"\\u12G4"}""", "", "pattern")]
    [InlineData("""{"pattern":"\\ud83d"}""", "", "pattern")]
    [InlineData("""{"pattern":"[]a]"}""", "", "pattern")]
    [InlineData("""{"pattern":"[^]"}""", "", "pattern")]
    [InlineData("""{"pattern":"[\\D]"}""", "", "pattern")]
    [InlineData("""{"pattern":"[a-z-[aeiou]]"}""", "", "pattern")]
    [InlineData("""{"pattern":"^\\d$"}""", "", "pattern")]
    [InlineData("""{"pattern":"^\\s$"}""", "", "pattern")]
    [InlineData("""{"pattern":"^.$"}""", "", "pattern")]
    [InlineData("""{"pattern":"[$]"}""", "", "pattern")]
    [InlineData("""{"pattern":"[a^]"}""", "", "pattern")]
    [InlineData("""{"pattern":"[z-a]"}""", "", "pattern")]
    [InlineData("""{"pattern":"(((a{1,99}){1,99}){1,99}){1,99}"}""", "", "pattern")]
    [InlineData("""{"prefixItems":[]}""", "", "prefixItems")]
    [InlineData("""{"exclusiveMinimum":1}""", "", "exclusiveMinimum")]
    [InlineData("""{"exclusiveMaximum":1}""", "", "exclusiveMaximum")]
    [InlineData("""{"if":{},"then":{},"else":{}}""", "", "else")]
    [InlineData("""{"$id":"https://example.com/a"}""", "", "$id")]
    [InlineData("""{"if":{}}""", "", "if")]
    [InlineData("""{"pattern":"(?i)a"}""", "", "pattern")]
    [InlineData("""{"pattern":"a\\"}""", "", "pattern")]
    [InlineData("""{"pattern":"\\p{L"}""", "", "pattern")]
    [InlineData("""{"pattern":"🐉"}""", "", "pattern")]
    [InlineData("""{"$ref":"other.json"}""", "", "$ref")]
    [InlineData("""{"properties":{"a":{"$ref":"#/$defs/none"}}}""", "/properties/a", "$ref")]
    [InlineData("""{"$ref":"#"}""", "", "$ref")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"if":{"$ref":"#/$defs/a"},"then":{}}}}""",
        "/$defs/a/allOf/0", "$ref")]
    [InlineData("""{"then":{}}""", "", "then")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-07/schema#"}""", "", "$schema")]
    [InlineData("""{"a":1""", "", "")]
    [InlineData("""{"type":"object","type":"object"}""", "", "")]
    [InlineData("1", "", "")]
    public void Refuses(string schema, string pointer, string keyword)
    {
        var refusal = Assert.Throws<SchemaException>(() => Parse(schema));

        Assert.Equal(("test", pointer, keyword), (refusal.Name, refusal.Pointer, refusal.Keyword));
        Assert.StartsWith($"test#{pointer}: ", refusal.Message);
    }

    [Fact(DisplayName = "a schema that is not in the assembly is refused by name")]
    public void RefusesUnknownResource() =>
        Assert.Contains(
            "Nothing.schema.json",
            Assert.Throws<SchemaException>(() => JsonSchema.Embedded(typeof(Methods).Assembly, "Nothing.schema.json")).Message);

    [Fact(DisplayName = "every schema in the assembly is one of a request body and is fully supported")]
    public void HonoursEmbedded()
    {
        var names = typeof(Methods).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".schema.json", StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(names);
        Assert.All(
            names, name =>
            Assert.Equal("$", Assert.Single(JsonSchema.Embedded(typeof(Methods).Assembly, name).Evaluate(JsonElement.Parse("[]"))).Path));
    }

    [Fact(DisplayName = "the schema can be shown as it was written")]
    public void ShowsDocument() =>
        Assert.Equal("""{"title":"A","type":"object"}""", Parse("""{"title":"A","type":"object"}""").Document.GetRawText());

    [Fact(DisplayName = "a schema may refer to itself and follows a body to any depth the reader allows")]
    public void FollowsRecursion()
    {
        var tree = Parse("""{"properties":{"child":{"$ref":"#"},"n":{"type":"integer"}},"additionalProperties":false}""");
        var body = string.Concat(Enumerable.Repeat("""{"child":""", 63)) + """{"n":"x"}""" + new string('}', 63);

        Assert.Equal(
            "$" + string.Concat(Enumerable.Repeat(".child", 63)) + ".n", Assert.Single(tree.Evaluate(JsonElement.Parse(body))).Path);
    }

    [Fact(DisplayName = "a body nested past all limits ends in an exception, not in the end of the process")]
    public void SurvivesBottomlessBody()
    {
        var list = Parse("""{"items":{"$ref":"#"}}""");
        var body = JsonElement.Parse(new string('[', 10_000) + new string(']', 10_000), new JsonDocumentOptions { MaxDepth = 10_000 });
        Exception? end = null;
        var thread = new Thread(() => end = Record.Exception(() => list.Evaluate(body)), maxStackSize: 512 * 1024);

        thread.Start();
        thread.Join();

        Assert.IsType<InsufficientExecutionStackException>(end);
    }

    [Theory(DisplayName = "numbers of any size are compared exactly")]
    [InlineData("""{"type":"integer"}""", "1e400", true)]
    [InlineData("""{"type":"integer"}""", "1e-400", false)]
    [InlineData("""{"type":"integer"}""", "123456789012345678901234567890", true)]
    [InlineData("""{"type":"integer"}""", "123456789012345678901234567890.5", false)]
    [InlineData("""{"type":"integer"}""", "1234.50e1", true)]
    [InlineData("""{"type":"integer"}""", "-0.0e-99999999999999999999999", true)]
    [InlineData("""{"maximum":2147483647}""", "1e400", false)]
    [InlineData("""{"maximum":2147483647}""", "1e99999999999999999999999", false)]
    [InlineData("""{"minimum":0}""", "-1e-99999999999999999999999", false)]
    [InlineData("""{"maximum":1}""", "1.00000000000000000000000000000000000000001", false)]
    [InlineData("""{"maximum":1}""", "0.99999999999999999999999999999999999999999", true)]
    [InlineData("""{"minimum":-1}""", "-10.0e-1", true)]
    [InlineData("""{"minimum":10}""", "9.9", false)]
    [InlineData("""{"enum":[1e2]}""", "100.00", true)]
    [InlineData("""{"enum":[123456789012345678901234567890]}""", "123456789012345678901234567891", false)]
    [InlineData("""{"enum":[-0]}""", "0.000", true)]
    [InlineData("""{"uniqueItems":true}""", "[1e99999999999999999999999, 1]", true)]
    [InlineData("""{"uniqueItems":true}""", "[12.3, 0.123e2]", false)]
    public void ComparesNumbers(string schema, string value, bool valid) =>
        Assert.Equal(valid, Parse(schema).Evaluate(JsonElement.Parse(value)).Count == 0);

    [Fact(DisplayName =
        "any two numbers, however they are written, are compared as whole numbers are once both are multiplied by a power of ten")]
    public void ComparesAnyNumbers()
    {
        var exponent = Gen.Int[-6, 6];
        var digits = Gen.OneOf(Gen.Long.Select(value => (BigInteger)value), Gen.Int[-20, 20].Select(value => (BigInteger)value));
        var number = Gen.Select(digits, exponent, Gen.Int[0, 25], exponent).Select(Write);
        Gen.Select(number, number).Sample((left, right) =>
        {
            var order = left.Times10To20.CompareTo(right.Times10To20);
            Assert.Equal(order >= 0, IsValid($$"""{"minimum":{{right.Text}}}""", left.Text));
            Assert.Equal(order <= 0, IsValid($$"""{"maximum":{{right.Text}}}""", left.Text));
            Assert.Equal(order == 0, IsValid($$"""{"const":{{right.Text}}}""", left.Text));
            Assert.Equal(order != 0, IsValid("""{"uniqueItems":true}""", $"[{left.Text},{right.Text}]"));
            Assert.Equal(left.Times10To20 % BigInteger.Pow(10, 20) == 0, IsValid("""{"type":"integer"}""", left.Text));
        }, iter: 5000);

        // The number digits × 10^power, with its point and zeros shifted: -12300e-2, -0.123e3, -123.00 …
        static (string Text, BigInteger Times10To20) Write(BigInteger digits, int power, int pointAt, int zeros)
        {
            var text = BigInteger.Abs(digits).ToString() + (digits.IsZero ? "" : new string('0', Math.Max(0, zeros)));
            var fraction = Math.Min(pointAt, 12);
            text = text.PadLeft(fraction + 1, '0');
            var written = fraction == 0 ? text : $"{text[..^fraction]}.{text[^fraction..]}";
            return ($"{(digits < 0 ? "-" : "")}{written}e{power - Math.Max(0, zeros) + fraction}", digits * BigInteger.Pow(10, 20 + power));
        }

        static bool IsValid(string schema, string value) => Parse(schema).Evaluate(JsonElement.Parse(value)).Count == 0;
    }

    [Theory(DisplayName = "a pattern means what it means in ECMA-262")]
    [InlineData(@"^[0-9\s_/-]+$", "1 2-3_4/5", true)]
    [InlineData(@"^[0-9\s]+$", "৪", false)]
    [InlineData(@"^[^\s]$", "\u0085", true)]
    [InlineData(@"^[^\s]$", "\uFEFF", false)]
    [InlineData(@"^[^\s]$", "\u2028", false)]
    [InlineData(@"^[.]\.\+$", "..+", true)]
    [InlineData(@"^\.$", "x", false)]
    [InlineData(@"^А[А-ЯІЇЄҐ'’-]+$", "АЇ-Ґ", true)]
    [InlineData(@"^(a|b){2}$", "ab", true)]
    [InlineData(@"^a$|^b$", "b\n", false)]
    [InlineData(@"^[.].+\.$", ".a.", true)]
    [InlineData(@"^[.].+\.$", "aa.", false)]
    [InlineData("^a.*$", "a\r", false)]
    [InlineData("^a.*$", "a\u2028", false)]
    [InlineData("^a.*$", "a\u0085🐉", true)]
    [InlineData("^a.+", "a\n", false)]
    [InlineData("^(a+)+$", "ab", false)]
    [InlineData("^a$", "a\n", false)]
    public void TranslatesPatterns(string pattern, string text, bool valid)
    {
        var schema = JsonSchema.Parse(JsonSerializer.SerializeToUtf8Bytes(new { pattern }), "test");

        Assert.Equal(valid, schema.Evaluate(JsonSerializer.SerializeToElement(text)).Count == 0);
    }

    [Fact(DisplayName = "a pattern with catastrophic backtracking is evaluated at once", Timeout = MaxMilliseconds)]
    public Task SurvivesCatastrophicPattern() => Task.Run(() =>
    {
        var schema = Parse("""{"pattern":"^(([a-z])+[^0-9])+[A-Z]([a-z])+$"}""");

        Assert.Single(schema.Evaluate(JsonSerializer.SerializeToElement(new string('a', 200_000))));
    }, TestContext.Current.CancellationToken);

    [Fact(DisplayName = "uniqueness of a hundred thousand items is checked quickly", Timeout = MaxMilliseconds)]
    public Task SurvivesLongArray() => Task.Run(() =>
    {
        var schema = Parse("""{"uniqueItems":true}""");

        Assert.Empty(schema.Evaluate(JsonSerializer.SerializeToElement(Enumerable.Range(0, 100_000).Select(n => new { n, s = $"x{n}" }))));
    }, TestContext.Current.CancellationToken);

    [Theory(DisplayName = "a large body that is wrong throughout is answered with a bounded number of faults")]
    [InlineData("""{"additionalProperties":false}""")]
    [InlineData("""{"additionalProperties":{"required":["a","b","c"]}}""")]
    [InlineData("""{"properties":{"list":{"items":{"required":["a","b","c"]}}}}""")]
    public void BoundsFaults(string schema)
    {
        var body = Enumerable.Range(0, 20_000).ToDictionary(n => $"m{n}", n => (object)new { n });
        body.Add("list", body.Values.ToArray());

        Assert.Equal(JsonSchema.MaxFaults, Parse(schema).Evaluate(JsonSerializer.SerializeToElement(body)).Count);
    }

    [Theory(DisplayName = "a text that is not valid Unicode is one fault of the body, wherever it occurs")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":"\udc00"}""")]
    [InlineData("""{"a":"\udc00\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"b":[{"\\\ud83dx":1}]}""")]
    public void RefusesHalfSurrogates(string body)
    {
        var fault = Assert.Single(
            Parse("""{"type":"object","properties":{"a":{"pattern":"x","maxLength":1,"enum":["x"]}}}""").Evaluate(JsonElement.Parse(body)));

        Assert.Equal(("$", "format", "string is not valid Unicode text"), (fault.Path, fault.Rule, fault.Description));
    }

    [Theory(DisplayName = "escapes are read; complete surrogate pairs and backslashes are valid")]
    [InlineData("""{"\u0061":"\ud83d\udc09"}""")]
    [InlineData("""{"a":"\\ud800"}""")]
    [InlineData("""{"a":"\n"}""")]
    public void ReadsEscapes(string body) =>
        Assert.Empty(Parse("""{"required":["a"],"properties":{"a":{"minLength":1,"maxLength":7}},"additionalProperties":false}""")
            .Evaluate(JsonElement.Parse(body)));

    [Theory(DisplayName = "truncated bytes are checked without reading past the end")]
    [InlineData("\"\\", true)]
    [InlineData("\"\\ud83d", false)]
    [InlineData("\"\\ud83d\\", false)]
    [InlineData("\"\\ud83d\\udc", false)]
    [InlineData("\"\\u12", true)]
    public void JudgesTruncatedText(string json, bool sound) => Assert.Equal(sound, JsonText.IsSound(Encoding.UTF8.GetBytes(json)));

    [Fact(DisplayName = "bytes that are not UTF-8 are invalid")]
    public void JudgesBytes() => Assert.False(JsonText.IsSound([(byte)'"', 0xC3, 0x28, (byte)'"']));

    [Fact(DisplayName = "a repeated member, if the reader accepts it, is validated")]
    public void JudgesRepeatedMembers()
    {
        var schema = Parse("""{"properties":{"a":{"type":"integer"}},"additionalProperties":false}""");

        Assert.Empty(schema.Evaluate(JsonElement.Parse("""{"a":1,"a":2}""")));
        Assert.Equal("$.b", Assert.Single(schema.Evaluate(JsonElement.Parse("""{"a":1,"a":2,"b":3}"""))).Path);
    }

    private static JsonSchema Parse(string schema) => JsonSchema.Parse(Encoding.UTF8.GetBytes(schema), "test");
}
