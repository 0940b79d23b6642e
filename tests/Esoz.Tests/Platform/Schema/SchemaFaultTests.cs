using System.Text;
using System.Text.Json;
using Esoz.Platform.Schema;

namespace Esoz.Tests.Platform.Schema;

/// <summary>Texts, parameters and order of platform §7.1.</summary>
public sealed class SchemaFaultTests
{
    private const string Uuid = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

    private static readonly JsonSerializerOptions AsTheApiWrites = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static TheoryData<string, string, SchemaFault> Rules => new()
    {
        { """{"required":["a"]}""", "{}", Fault("$.a", "required", "required property %{property} was not present", """{"property":"a"}""",
            "required property a was not present") },
        { """{"type":"object"}""", "[]",
            Fault("$", "cast", "type mismatch. Expected %{expected} but got %{actual}", """{"expected":"object","actual":"array"}""",
                "type mismatch. Expected object but got array") },
        { """{"type":"object"}""", "null", Cast("$", "object", "null") },
        { """{"properties":{"a":{"type":"integer"}}}""", """{"a":2000.5}""", Cast("$.a", "integer", "number") },
        { """{"properties":{"a":{"type":"integer"}}}""", """{"a":"2000"}""", Cast("$.a", "integer", "string") },
        { """{"properties":{"a":{"type":"string"}}}""", """{"a":2000.0}""", Cast("$.a", "string", "integer") },
        { """{"properties":{"a":{"type":"boolean"}}}""", """{"a":{}}""", Cast("$.a", "boolean", "object") },
        { """{"properties":{"a":{"type":["null","string"]}}}""", """{"a":true}""", Cast("$.a", "string or null", "boolean") },
        { """{"properties":{"a":{"type":["null","array","number"]}}}""", """{"a":"x"}""", Cast("$.a", "array, number or null", "string") },
        { """{"properties":{"a":{"pattern":"^[0-9]{3}$"}}}""", """{"a":"12"}""",
            Fault("$.a", "format", "string does not match pattern \"%{pattern}\"", """{"pattern":"^[0-9]{3}$"}""",
                "string does not match pattern \"^[0-9]{3}$\"") },
        { """{"properties":{"a":{"format":"uuid"}}}""", """{"a":"12"}""",
            Fault("$.a", "format", "string does not match pattern \"%{pattern}\"", $$"""{"pattern":"{{Uuid}}"}""",
                $"string does not match pattern \"{Uuid}\"") },
        { """{"properties":{"a":{"enum":["ЯЛ",1,null,{"b":[true]}]}}}""", """{"a":2}""",
            Fault("$.a", "inclusion", "value is not allowed in enum", """{"values":["ЯЛ",1,null,{"b":[true]}]}""") },
        { """{"properties":{"a":{"const":"GB_CBP"}}}""", """{"a":"CAPITATION"}""",
            Fault("$.a", "inclusion", "value is not allowed in enum", """{"values":["GB_CBP"]}""") },
        { """{"properties":{"a":{"maxLength":2}}}""", """{"a":"їж\ud83d\udc09"}""",
            Fault("$.a", "length", "expected value to have a maximum length of %{max} but was %{actual}", """{"max":2,"actual":3}""",
                "expected value to have a maximum length of 2 but was 3") },
        { """{"properties":{"a":{"minLength":2}}}""", """{"a":"🐉"}""",
            Fault("$.a", "length", "expected value to have a minimum length of %{min} but was %{actual}", """{"min":2,"actual":1}""",
                "expected value to have a minimum length of 2 but was 1") },
        { """{"properties":{"a":{"maxItems":1}}}""", """{"a":[1,2]}""",
            Fault("$.a", "length", "expected a maximum of %{max} items but got %{actual}", """{"max":1,"actual":2}""",
                "expected a maximum of 1 items but got 2") },
        { """{"properties":{"a":{"minItems":1}}}""", """{"a":[]}""",
            Fault("$.a", "length", "expected a minimum of %{min} items but got %{actual}", """{"min":1,"actual":0}""",
                "expected a minimum of 1 items but got 0") },
        { """{"properties":{"a":{"minimum":0}}}""", """{"a":-0.01}""",
            Fault("$.a", "number", "expected the value to be >= %{greater_than_or_equal_to}", """{"greater_than_or_equal_to":0}""",
                "expected the value to be >= 0") },
        { """{"properties":{"a":{"maximum":2147483647}}}""", """{"a":2147483648}""",
            Fault("$.a", "number", "expected the value to be <= %{less_than_or_equal_to}", """{"less_than_or_equal_to":2147483647}""",
                "expected the value to be <= 2147483647") },
        { """{"properties":{"a":{"format":"date"}}}""", """{"a":"05.01.2026"}""",
            Fault("$.a", "date", "expected \"%{actual}\" to be a valid ISO 8601 date", """{"actual":"05.01.2026"}""",
                "expected \"05.01.2026\" to be a valid ISO 8601 date") },
        { """{"properties":{"a":{"format":"date"}}}""", """{"a":"2026-02-30"}""",
            Fault("$.a", "date", "expected \"%{actual}\" to be an existing date", """{"actual":"2026-02-30"}""",
                "expected \"2026-02-30\" to be an existing date") },
        { """{"properties":{"a":{"format":"date-time"}}}""", """{"a":"2026-02-03"}""",
            Fault("$.a", "datetime", "expected \"%{actual}\" to be a valid ISO 8601 date-time", """{"actual":"2026-02-03"}""",
                "expected \"2026-02-03\" to be a valid ISO 8601 date-time") },
        { """{"properties":{"a":{"format":"date-time"}}}""", """{"a":"2026-02-30T01:00:00Z"}""",
            Fault("$.a", "datetime", "expected \"%{actual}\" to be an existing date-time", """{"actual":"2026-02-30T01:00:00Z"}""",
                "expected \"2026-02-30T01:00:00Z\" to be an existing date-time") },
        { """{"properties":{"a":{}},"additionalProperties":false}""", """{"a":1,"b":"secret"}""",
            Fault("$.b", "schema", "schema does not allow additional properties", """{"properties":["b"]}""") },
        { """{"properties":{"a":false}}""", """{"a":1}""",
            Fault("$.a", "schema", "schema does not allow additional properties", """{"properties":["a"]}""") },
        { """{"properties":{"a":{"items":{"items":false}}}}""", """{"a":[[],[2]]}""",
            Fault("$.a[1][0]", "schema", "schema does not allow any value", "{}") },
        { """{"properties":{"a":{"uniqueItems":true}}}""", """{"a":[{"x":1,"y":[2]},{"y":[2.0],"x":10e-1}]}""",
            Fault("$.a", "unique", "expected items to be unique but they were not", "{}") },
        { """{"properties":{"a":{"items":{"properties":{"b":{"items":{"$ref":"#/$defs/flag"}}}}}},"$defs":{"flag":{"type":"boolean"}}}""",
            """{"a":[{},{"b":[true,0]}]}""", Cast("$.a[1].b[1]", "boolean", "integer") },
        { """{"if":{"properties":{"status":{"const":"STOPPED"}}},"then":{"required":["end_date"]}}""", """{"status":"STOPPED"}""",
            Fault("$.end_date", "required", "required property %{property} was not present", """{"property":"end_date"}""",
                "required property end_date was not present") },
    };

    [Theory(DisplayName = "a broken rule is reported with the words and parameters of platform §7.1")]
    [MemberData(nameof(Rules))]
    public void Reports(string schema, string body, SchemaFault expected)
    {
        var fault = Assert.Single(Evaluate(schema, body));

        Assert.Equal(expected, fault with { Params = expected.Params });
        Assert.Equal(((JsonElement)expected.Params).GetRawText(), JsonSerializer.Serialize(fault.Params, AsTheApiWrites));
    }

    [Fact(DisplayName =
        "missing members come first in schema order, then members in schema order, then unexpected ones in body order, on every level")]
    public void KeepsOrder()
    {
        const string Schema = """
            {
              "type": "object",
              "required": ["z", "b", "list"],
              "additionalProperties": false,
              "properties": {
                "b": { "type": "string" },
                "list": { "items": { "required": ["id"], "properties": { "n": { "type": "integer" }, "id": true }, "additionalProperties": false } },
                "a": { "maxLength": 1, "pattern": "^x", "enum": ["x"] },
                "z": true
              }
            }
            """;

        var faults = Evaluate(Schema, """{"y":1,"list":[{"q":1,"n":"1"},{"id":1}],"a":"yy","x":1}""");

        Assert.Equal(
            [
                "$.z required", "$.b required",
                "$.list[0].id required", "$.list[0].n cast", "$.list[0].q schema",
                "$.a inclusion", "$.a length", "$.a format",
                "$.y schema", "$.x schema",
            ],
            faults.Select(fault => $"{fault.Path} {fault.Rule}"));
    }

    [Fact(DisplayName = "a value of the wrong type has that one fault")]
    public void StopsAtWrongType() =>
        Assert.Equal("cast", Assert.Single(Evaluate("""{"type":"object","required":["a"],"enum":[{}]}""", "\"text\"")).Rule);

    private static IReadOnlyList<SchemaFault> Evaluate(string schema, string body) =>
        JsonSchema.Parse(Encoding.UTF8.GetBytes(schema), "test").Evaluate(JsonElement.Parse(body));

    private static SchemaFault Cast(string path, string expected, string actual) =>
        Fault(path, "cast", "type mismatch. Expected %{expected} but got %{actual}",
            $$"""{"expected":"{{expected}}","actual":"{{actual}}"}""", $"type mismatch. Expected {expected} but got {actual}");

    private static SchemaFault Fault(string path, string rule, string raw, string parameters, string? description = null) =>
        new(path, rule, description ?? raw, raw, JsonElement.Parse(parameters));
}
