using System.Globalization;
using System.Text.Json.Nodes;

namespace Esoz.Tests.Contracts;

/// <summary>Private. Create contract employee (contracts §3.1).</summary>
public sealed class CreateContractEmployeeTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contract_employees";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Creates the record with the system attributes and answers 201 with every member in order")]
    public async Task Creates()
    {
        var user = Guid.NewGuid();
        var body = await ValidBody();

        var data = (await Create(body, await Given.Nhs(user: user))).Succeeded(201).Data;

        Assert.Equal(ContractRecord.Employee.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal("0.5", data.GetProperty("staff_units").GetRawText());
        Assert.Equal("2026-01-01T00:00:00Z", data.GetProperty("start_date").GetString());
        Assert.Equal("null", data.GetProperty("end_date").GetRawText());
        Assert.Equal(data.GetProperty("inserted_at").GetString(), data.GetProperty("updated_at").GetString());
        var row = Assert.Single(await registry.Rows("SELECT * FROM contract_employees WHERE id = $1", data.GetProperty("id").GetGuid()));
        Assert.Equal(
            (0.5, 900, true, user, user),
            (row["staff_units"], row["declaration_limit"], row["is_active"], row["inserted_by"], row["updated_by"]));
        Assert.Equal(body["contract_id"]!.GetValue<string>(), row["contract_id"]!.ToString());
        var audit = Assert.Single(
            await registry.Rows(
                "SELECT actor_id, changeset->>'declaration_limit' AS declaration_limit, changeset ? 'end_date' AS has_end FROM audit_log WHERE resource = 'contract_employees' AND resource_id = $1::text", row["id"]));
        Assert.Equal((user.ToString(), "900", false), (audit["actor_id"], audit["declaration_limit"], audit["has_end"]));
    }

    [Theory(DisplayName = "Both ends of the ranges are allowed, numbers are written shortest, dates are normalised to UTC")]
    [InlineData("0", "0", "2026-01-01T02:00:00+02:00", "\"2026-06-30T23:59:59.123456789Z\"", "0", "2026-01-01T00:00:00Z",
        "\"2026-06-30T23:59:59.123456Z\"")]
    [InlineData("1", "2147483647", "2026-01-01T00:00:00", "null", "1", "2026-01-01T00:00:00Z", "null")]
    [InlineData("0.250", "5", "2026-01-01T00:00:00.5Z", "null", "0.25", "2026-01-01T00:00:00.500000Z", "null")]
    public async Task Bounds(string units, string limit, string start, string end, string unitsOut, string startOut, string endOut)
    {
        var body = await ValidBody();
        var text = $$"""
            {"staff_units":{{units}},"declaration_limit":{{limit}},"employee_id":"{{body["employee_id"]!.GetValue<string>().ToUpperInvariant()}}",
             "division_id":"{{body["division_id"]}}","contract_id":"{{body["contract_id"]}}","start_date":"{{start}}","end_date":{{end}}}
            """;

        var data = (await registry.Send("POST", Path, await Given.Nhs(), text)).Succeeded(201).Data;

        Assert.Equal((unitsOut, limit, startOut, endOut),
            (data.GetProperty("staff_units").GetRawText(), data.GetProperty("declaration_limit").GetRawText(),
            data.GetProperty("start_date").GetString(), data.GetProperty("end_date").GetRawText()));
        Assert.Equal(body["employee_id"]!.GetValue<string>(), data.GetProperty("employee_id").GetString());
    }

    [Fact(DisplayName = "An empty object reports every missing field, in the order of the schema")]
    public async Task MissingFields()
    {
        var answer = await registry.Send("POST", Path, await Given.Nhs(), "{}");

        Assert.Equal(422, answer.Status);
        var error = answer.Json.GetProperty("error");
        Assert.Equal(Answer.ValidationFailed, error.GetProperty("message").GetString());
        Assert.Equal(["$.staff_units", "$.declaration_limit", "$.employee_id", "$.division_id", "$.contract_id", "$.start_date"],
            error.GetProperty("invalid").EnumerateArray().Select(invalid => invalid.GetProperty("entry").GetString()));
        Assert.Equal(
            """{"entry_type":"json_data_property","entry":"$.staff_units","rules":[{"rule":"required","description":"required property staff_units was not present","params":{"property":"staff_units"},"raw_description":"required property %{property} was not present"}]}""",
            error.GetProperty("invalid")[0].GetRawText());
    }

    /// <summary>Every row also names a missing employee (check 1), to test that the schema is checked first.</summary>
    [Theory(DisplayName = "Schema fault")]
    [InlineData("staff_units", "-0.01", "number")]
    [InlineData("staff_units", "1.01", "number")]
    [InlineData("staff_units", "\"1\"", "cast")]
    [InlineData("declaration_limit", "-1", "number")]
    [InlineData("declaration_limit", "2147483648", "number")]
    [InlineData("declaration_limit", "2000.5", "cast")]
    [InlineData("declaration_limit", "\"2000\"", "cast")]
    [InlineData("employee_id", "\"7b3f1d52\"", "format")]
    [InlineData("division_id", "null", "cast")]
    [InlineData("contract_id", "17", "cast")]
    [InlineData("start_date", "\"2026-01-01\"", "datetime")]
    [InlineData("start_date", "\"2026-02-30T00:00:00Z\"", "datetime")]
    [InlineData("end_date", "\"soon\"", "datetime")]
    [InlineData("id", "1", "schema")]
    public async Task SchemaFault(string member, string value, string rule)
    {
        var body = await ValidBody();
        body["employee_id"] = Guid.NewGuid().ToString();
        body[member] = JsonNode.Parse(value);

        var answer = await Create(body, await Given.Nhs());

        Assert.Equal(422, answer.Status);
        var invalid = Assert.Single(answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray());
        Assert.Equal(
            ($"$.{member}", rule),
            (invalid.GetProperty("entry").GetString(), invalid.GetProperty("rules")[0].GetProperty("rule").GetString()));
    }

    /// <summary>Order of contracts §3.1: each row breaks its own rule and every later one that can be broken at the same time.</summary>
    public static TheoryData<string, string, string, string, int, string, string> Validations => new()
    {
        // rule, employee, division, contract, status, path, message
        { "1 employee is missing; everything else is wrong too", "missing", "missing", "missing", 404, "$.employee_id",
            "Employee is not found" },
        { "1 employee is missing; division foreign, contract inactive", "missing", "foreign", "inactive", 404, "$.employee_id",
            "Employee is not found" },
        { "1 employee is not is_active and foreign", "inactive foreign", "missing", "inactive", 404, "$.employee_id",
            "Employee is not found" },
        { "2 employee is foreign; division missing, contract inactive", "foreign", "missing", "inactive", 422, "$.employee_id",
            "Employee is not correspond to contractor legal entity" },
        { "2 employee is foreign; division foreign, contract of another type", "foreign", "foreign", "CAPITATION", 422, "$.employee_id",
            "Employee is not correspond to contractor legal entity" },
        { "3 division is missing; contract missing, so the employee's owner is not looked at", "foreign", "missing", "missing", 404,
            "$.division_id", "Division is not found" },
        { "3 division is not is_active and foreign; contract inactive", "own", "inactive foreign", "inactive", 404, "$.division_id",
            "Division is not found" },
        { "4 division is foreign; contract inactive", "own", "foreign", "inactive", 409, "$.division_id",
            "Division is not correspond to contractor legal entity" },
        { "4 division is foreign; contract of another type", "own", "foreign", "REIMBURSEMENT", 409, "$.division_id",
            "Division is not correspond to contractor legal entity" },
        { "5 contract is missing; owners are not looked at", "foreign", "foreign", "missing", 409, "$.contract_id",
            "Contract must be an active and with GB_CBP type" },
        { "5 contract is inactive", "own", "own", "inactive", 409, "$.contract_id", "Contract must be an active and with GB_CBP type" },
        { "5 contract is of another type", "own", "own", "CAPITATION", 409, "$.contract_id",
            "Contract must be an active and with GB_CBP type" },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string rule, string employee, string division, string contract, int status, string path, string message)
    {
        var contractor = await Given.LegalEntity();
        var other = await Given.LegalEntity();
        var body = await ValidBody();
        body["employee_id"] = (employee == "missing" ? Guid.NewGuid() : await Given.Employee(Is(employee, "foreign") ? other : contractor,
            isActive: !Is(employee, "inactive"))).ToString();
        body["division_id"] = (division == "missing" ? Guid.NewGuid() : await Given.Division(Is(division, "foreign") ? other : contractor,
            isActive: !Is(division, "inactive"))).ToString();
        body["contract_id"] = (contract switch
        {
            "missing" => Guid.NewGuid(),
            "inactive" => await Given.Contract(contractor, isActive: false),
            _ => await Given.Contract(contractor, type: contract),
        }).ToString();

        var answer = await Create(body, await Given.Nhs());

        if (status == 422)
            answer.IsIlBusinessFault(path, message);
        else
            answer.IsIlRefusal(status, status == 404 ? "not_found" : "request_conflict", message, path);
        Assert.True(
            0 == await registry.Scalar<long>("SELECT count(*) FROM contract_employees WHERE contract_id = $1::uuid",
                body["contract_id"]!.GetValue<string>()), rule);
    }

    [Fact(DisplayName = "Concurrent creates are all kept: the page has no uniqueness rule")]
    public async Task Parallel()
    {
        var body = await ValidBody();
        var credential = await Given.Nhs();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Create(body, credential)));

        Assert.All(answers, answer => answer.Succeeded(201));
        Assert.Equal(32, answers.Select(answer => answer.Data.GetProperty("id").GetGuid()).Distinct().Count());
        Assert.Equal(
            32, await registry.Scalar<long>(
                "SELECT count(*) FROM contract_employees WHERE contract_id = $1::uuid", body["contract_id"]!.GetValue<string>()));
    }

    private static bool Is(string description, string word) => description.Split(' ').Contains(word);

    private Task<Answer> Create(JsonObject body, Credential credential) => registry.Send("POST", Path, credential, body.ToJsonString());

    private async Task<JsonObject> ValidBody()
    {
        var contractor = await Given.LegalEntity();
        return new JsonObject
        {
            ["staff_units"] = 0.5,
            ["declaration_limit"] = 900,
            ["employee_id"] = (await Given.Employee(contractor)).ToString("D", CultureInfo.InvariantCulture),
            ["division_id"] = (await Given.Division(contractor)).ToString(),
            ["contract_id"] = (await Given.Contract(contractor)).ToString(),
            ["start_date"] = "2026-01-01T00:00:00Z",
            ["end_date"] = null,
        };
    }
}
