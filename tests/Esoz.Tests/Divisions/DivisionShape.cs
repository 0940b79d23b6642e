using System.Text.Json;
using System.Text.Json.Nodes;

namespace Esoz.Tests.Divisions;

/// <summary>Form of a division in requests and answers (employee-roles §6.3).</summary>
internal static class DivisionShape
{
    public static readonly string[] Members =
    [
        "id", "name", "addresses", "phones", "email", "working_hours", "type", "legal_entity_id", "external_id", "location", "status",
        "mountain_group",
        "dls_id", "dls_verified", "inserted_at", "inserted_by", "updated_at", "updated_by",
    ];

    /// <summary>A body with every member except <c>legal_entity_id</c>.</summary>
    public static JsonObject Body() => JsonNode.Parse("""
        {
          "name": "Амбулаторія № 3",
          "addresses": [
            {"type": "RESIDENCE", "country": "UA", "area": "ЛЬВІВСЬКА", "region": "ЛЬВІВСЬКИЙ", "settlement": "Львів", "settlement_type": "CITY",
             "settlement_id": "5E771E00-0000-4000-8000-000000000001", "street_type": "STREET", "street": "Лікарняна", "building": "1-А", "apartment": "2", "zip": "79000"},
            {"type": "RECEPTION", "country": "UA", "area": "М.КИЇВ", "settlement": "Київ", "settlement_type": "CITY", "settlement_id": "5e771e00-0000-4000-8000-000000000002"}
          ],
          "phones": [{"type": "MOBILE", "number": "+380000000010", "note": "реєстратура"}, {"type": "LAND_LINE", "number": "+380000000011"}],
          "email": "amb3@division.invalid",
          "type": "AMBULANT_CLINIC",
          "working_hours": {"mon": [["08.00", "12.00"], ["13.00", "20.00"]], "sun": []},
          "location": {"latitude": 49.8397, "longitude": 24},
          "external_id": "А-3"
        }
        """)!.AsObject();

    /// <summary><see cref="Body"/>'s addresses as in an answer.</summary>
    public const string Addresses = """
        [{"type":"RESIDENCE","country":"UA","area":"ЛЬВІВСЬКА","region":"ЛЬВІВСЬКИЙ","settlement":"Львів","settlement_type":"CITY","settlement_id":"5e771e00-0000-4000-8000-000000000001","street_type":"STREET","street":"Лікарняна","building":"1-А","apartment":"2","zip":"79000"},{"type":"RECEPTION","country":"UA","area":"М.КИЇВ","region":null,"settlement":"Київ","settlement_type":"CITY","settlement_id":"5e771e00-0000-4000-8000-000000000002","street_type":null,"street":null,"building":null,"apartment":null,"zip":null}]
        """;

    /// <summary>Addresses in these settlements, in this order: a RESIDENCE, then RECEPTIONs.</summary>
    public static JsonArray AddressesIn(params IEnumerable<string> settlements) => new([.. settlements.Select((settlement, i) =>
    {
        var address = Body()["addresses"]![0]!.DeepClone();
        address["type"] = i == 0 ? "RESIDENCE" : "RECEPTION";
        address["settlement"] = settlement;
        return address;
    })]);

    public static IEnumerable<string?> Settlements(JsonElement division) =>
        division.GetProperty("addresses").EnumerateArray().Select(address => address.GetProperty("settlement").GetString());

    /// <summary>Sets a value, given as JSON text, at a path such as <c>$.phones[0].number</c>.</summary>
    public static void Put(JsonObject body, string path, string value)
    {
        var steps = path.Split('.', '[', ']').Where(step => step.Length > 0).Skip(1).ToList();
        JsonNode parent = body;
        foreach (var step in steps.SkipLast(1))
            parent = int.TryParse(step, out var index) ? parent[index]! : parent[step]!;
        if (int.TryParse(steps[^1], out var last))
            parent[last] = JsonNode.Parse(value);
        else
            parent[steps[^1]] = JsonNode.Parse(value);
    }

    /// <summary>Faults of a body that POST and PATCH share: path, value, rule, and the path of the fault if it differs.</summary>
    public static TheoryData<string, string, string, string?> SchemaFaults => new()
    {
        { "$.name", "null", "cast", null },
        { "$.name", "\"\"", "length", null },
        { "$.name", $"\"{new string('я', 256)}\"", "length", null },
        { "$.addresses", "{}", "cast", null },
        { "$.addresses", "[]", "length", null },
        { "$.addresses", AddressesIn("Львів", "Київ", "Самбір").ToJsonString(), "length", null },
        { "$.addresses[0]", "null", "cast", null },
        { "$.addresses[0]", "{}", "required",
            "$.addresses[0].type $.addresses[0].country $.addresses[0].area $.addresses[0].settlement $.addresses[0].settlement_type $.addresses[0].settlement_id" },
        { "$.addresses[1].type", "\"HOME\"", "inclusion", null },
        { "$.addresses[1].type", "\"REGISTRATION\"", "inclusion", null },
        { "$.addresses[0].country", "\"ua\"", "inclusion", null },
        { "$.addresses[0].area", "\"\"", "length", null },
        { "$.addresses[0].region", "17", "cast", null },
        { "$.addresses[0].settlement", $"\"{new string('x', 256)}\"", "length", null },
        { "$.addresses[0].settlement_type", "\"TOWN\"", "inclusion", null },
        { "$.addresses[0].settlement_id", "\"17\"", "format", null },
        { "$.addresses[0].street_type", "\"CATWALK\"", "inclusion", null },
        { "$.addresses[0].street", $"\"{new string('x', 256)}\"", "length", null },
        { "$.addresses[0].building", "1", "cast", null },
        { "$.addresses[0].apartment", "{}", "cast", null },
        { "$.addresses[0].zip", "\"7900\"", "format", null },
        { "$.addresses[0].id", "1", "schema", null },
        { "$.phones", "[]", "length", null },
        { "$.phones[0].type", "\"FAX\"", "inclusion", null },
        { "$.phones[0].number", "\"+480000000010\"", "format", null },
        { "$.phones[1].number", "\"+3800000000111\"", "format", null },
        { "$.phones[0]", "{\"type\":\"MOBILE\"}", "required", "$.phones[0].number" },
        { "$.phones[0].public", "true", "schema", null },
        { "$.email", "null", "cast", null },
        { "$.email", "\"nobody\"", "format", null },
        { "$.email", "\"no body@example.ua\"", "format", null },
        { "$.working_hours", "[]", "cast", null },
        { "$.working_hours.monday", "[]", "schema", null },
        { "$.working_hours.mon", "[\"08.00\"]", "cast", "$.working_hours.mon[0]" },
        { "$.working_hours.mon[0]", "[\"08.00\"]", "length", null },
        { "$.working_hours.mon[0]", "[\"08.00\",\"09.00\",\"10.00\"]", "length", null },
        { "$.working_hours.mon[0][1]", "\"24.00\"", "format", null },
        { "$.working_hours.mon[1][0]", "\"8:00\"", "format", null },
        { "$.type", "\"HOSPITAL\"", "inclusion", null },
        { "$.legal_entity_id", "\"17\"", "format", null },
        { "$.external_id", "3", "cast", null },
        { "$.location", "[49,24]", "cast", null },
        { "$.location", "{\"latitude\":49}", "required", "$.location.longitude" },
        { "$.location.latitude", "90.1", "number", null },
        { "$.location.longitude", "-181", "number", null },
        { "$.location.altitude", "0", "schema", null },
        { "$.status", "\"ACTIVE\"", "schema", null },
    };

    /// <summary>Paths and rules of a 422, separated by spaces.</summary>
    public static (string Paths, string Rules) Faults(Answer answer)
    {
        Assert.True(answer.Status == 422, answer.Text);
        var invalid = answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray().ToList();
        return (string.Join(' ', invalid.Select(fault => fault.GetProperty("entry").GetString())),
            string.Join(' ', invalid.Select(fault => fault.GetProperty("rules")[0].GetProperty("rule").GetString()).Distinct()));
    }
}
