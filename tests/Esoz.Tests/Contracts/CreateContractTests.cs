using System.Text.Json.Nodes;

namespace Esoz.Tests.Contracts;

/// <summary>Private. Create contract (contracts §5.2); the nine checks are in <see cref="ContractReferencesTests"/>.</summary>
public sealed class CreateContractTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contracts";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Creates the contract with its programmes and the system attributes, and answers 201 with every member in order")]
    public async Task Creates()
    {
        var it = await ContractCase.Of(Given);
        var user = Guid.NewGuid();
        var parent = await Given.Contract(it.Contractor);
        var programs = new[] { Guid.NewGuid(), Guid.NewGuid() }.Order().ToArray();
        var body = it.Whole("GB-0001", parent);
        body["medical_programs"] = new JsonArray(programs[1].ToString(), programs[0].ToString());

        var answer = (await Create(body, await Given.Nhs(user: user))).Succeeded(201);

        var data = answer.Data;
        Assert.Equal(ContractCase.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            (201, "object"), (answer.Json.GetProperty("meta").GetProperty("code").GetInt32(), answer.Json.GetProperty("meta")
                .GetProperty("type").GetString()));
        body["medical_programs"] = new JsonArray(programs[0].ToString(), programs[1].ToString());
        foreach (var (member, sent) in body)
            Assert.True(JsonNode.DeepEquals(sent, JsonNode.Parse(data.GetProperty(member).GetRawText())),
                $"{member}: {data.GetProperty(member).GetRawText()}");
        Assert.Equal(
            (true, user, user), (data.GetProperty("is_active").GetBoolean(), data.GetProperty("inserted_by").GetGuid(),
                data.GetProperty("updated_by").GetGuid()));
        Assert.Equal(data.GetProperty("inserted_at").GetString(), data.GetProperty("updated_at").GetString());
    }

    [Fact(DisplayName = "The row is what was sent, each programme a row of its own; all leave audit rows by the token's user and no event")]
    public async Task Trace()
    {
        var it = await ContractCase.Of(Given);
        var user = Guid.NewGuid();
        var body = it.Whole("GB-0002");
        body["medical_programs"] = new JsonArray(Guid.NewGuid().ToString(), Guid.NewGuid().ToString());

        var id = (await Create(body, await Given.Nhs(user: user))).Succeeded(201).Data.GetProperty("id").GetGuid();

        var row = Assert.Single(
            await registry.Rows(
                "SELECT *, contractor_payment_details->>'MFO' AS mfo, external_contractors->0->'contract'->>'number' AS external FROM contracts WHERE id = $1", id));
        Assert.Equal((it.Contractor, it.Owner, it.Nhs, it.Signer, "000000", "7/2026"),
            (row["contractor_legal_entity_id"], row["contractor_owner_id"], row["nhs_legal_entity_id"], row["nhs_signer_id"], row["mfo"],
                row["external"]));
        Assert.Equal((1250000.75, "GB-0002", "GB_CBP", "підписано", "DEFAULT"),
            (row["nhs_contract_price"], row["contract_number"], row["type"], row["reason"], row["status_reason"]));
        Assert.Equal((true, user, user, row["inserted_at"]), (row["is_active"], row["inserted_by"], row["updated_by"], row["updated_at"]));
        Assert.Null(row["contract_request_id"]);
        var programs = await registry.Rows("SELECT * FROM contract_medical_programs WHERE contract_id = $1", id);
        Assert.Equal(2, programs.Count);
        Assert.All(
            programs, program => Assert.Equal((true, user, user), (program["is_active"], program["inserted_by"], program["updated_by"])));
        var audit = await registry.Rows(
            "SELECT actor_id, resource FROM audit_log WHERE resource_id = $1::text OR changeset->>'contract_id' = $1::text ORDER BY resource", id);
        Assert.Equal(
            ["contract_medical_programs", "contract_medical_programs", "contracts"], audit.Select(change => (string)change["resource"]!));
        Assert.All(audit, change => Assert.Equal(user.ToString(), change["actor_id"]));
        Assert.Empty(await registry.Rows("SELECT FROM events WHERE entity_id = $1", id));
    }

    [Theory(DisplayName = "What is optional may be absent or null, and is null in the answer; medical_programs is then an empty list")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RequiredOnly(bool nulls)
    {
        var body = (await ContractCase.Of(Given)).RequiredOnly();
        string[] optional =
        [
            "contractor_rmsp_amount", "external_contractor_flag", "external_contractors", "nhs_signer_base", "nhs_payment_method",
            "issue_city", "nhs_contract_price",
            "contract_number", "status_reason", "parent_contract_id", "reason", "signed_content_location",
        ];
        foreach (var member in nulls ? [.. optional, "medical_programs"] : Array.Empty<string>())
            body[member] = null;

        var data = (await Create(body, await Given.Nhs())).Succeeded(201).Data;

        Assert.All(optional, member => Assert.Equal("null", data.GetProperty(member).GetRawText()));
        Assert.Equal("[]", data.GetProperty("medical_programs").GetRawText());
        Assert.False(JsonNode.Parse(data.GetProperty("contractor_payment_details").GetRawText())!.AsObject().ContainsKey("MFO"));
    }

    [Fact(DisplayName = "Two spellings of one programme are one programme; uuids are stored in lower case")]
    public async Task Spellings()
    {
        var program = Guid.NewGuid();
        var body = (await ContractCase.Of(Given)).RequiredOnly();
        body["contractor_legal_entity_id"] = body["contractor_legal_entity_id"]!.GetValue<string>().ToUpperInvariant();
        body["medical_programs"] = new JsonArray(program.ToString(), program.ToString().ToUpperInvariant());

        var data = (await Create(body, await Given.Nhs())).Succeeded(201).Data;

        Assert.Equal($"[\"{program}\"]", data.GetProperty("medical_programs").GetRawText());
    }

    [Fact(DisplayName = "An empty object reports every missing field, in the order of the schema")]
    public async Task MissingFields()
    {
        var answer = await registry.Send("POST", Path, await Given.Nhs(), "{}");

        Assert.Equal(422, answer.Status);
        Assert.Equal(new ContractCase(default, default, default, default).RequiredOnly().Select(member => $"$.{member.Key}"),
            answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray()
            .Select(invalid => invalid.GetProperty("entry").GetString()));
    }

    /// <summary>Every row also has a status that check 1 refuses, to test that the schema is checked first.</summary>
    [Theory(DisplayName = "Schema fault")]
    [InlineData("start_date", "\"2026-01-01T00:00:00Z\"", "date")]
    [InlineData("end_date", "\"2026-02-30\"", "date")]
    [InlineData("status", "1", "cast")]
    [InlineData("contractor_legal_entity_id", "\"17\"", "format")]
    [InlineData("contractor_owner_id", "null", "cast")]
    [InlineData("contractor_base", "256", "length")]
    [InlineData("contractor_payment_details", "\"UA00\"", "cast")]
    [InlineData("contractor_payment_details.bank_name", "{\"payer_account\":\"UA00\"}", "required")]
    [InlineData("contractor_payment_details.MFO", "{\"bank_name\":\"Банк\",\"payer_account\":\"UA00\",\"MFO\":1}", "cast")]
    [InlineData("contractor_payment_details.iban", "{\"bank_name\":\"Банк\",\"payer_account\":\"UA00\",\"iban\":\"1\"}", "schema")]
    [InlineData("contractor_rmsp_amount", "-1", "number")]
    [InlineData("contractor_rmsp_amount", "1.5", "cast")]
    [InlineData("contractor_rmsp_amount", "2147483648", "number")]
    [InlineData("external_contractor_flag", "\"true\"", "cast")]
    [InlineData("external_contractors", "{}", "cast")]
    [InlineData("external_contractors[0]", "[17]", "cast")]
    [InlineData("external_contractors[0].legal_entity", "[{\"legal_entity\":\"ТОВ\"}]", "cast")]
    [InlineData("external_contractors[0].legal_entity.a[0].b", "[{\"legal_entity\":{\"a\":[{\"b\":1e-99999}]}}]", "cast")]
    [InlineData("external_contractors[0].contract.expires_at", "[{\"contract\":{\"expires_at\":\"soon\"}}]", "date")]
    [InlineData("external_contractors[0].divisions[0].id", "[{\"divisions\":[{\"id\":\"1\"}]}]", "format")]
    [InlineData("external_contractors[0].other", "[{\"other\":1}]", "schema")]
    [InlineData("nhs_signer_id", "17", "cast")]
    [InlineData("nhs_signer_base", "256", "length")]
    [InlineData("nhs_legal_entity_id", "\"\"", "format")]
    [InlineData("nhs_payment_method", "\"CASH\"", "inclusion")]
    [InlineData("is_suspended", "null", "cast")]
    [InlineData("issue_city", "256", "length")]
    [InlineData("nhs_contract_price", "-0.01", "number")]
    [InlineData("nhs_contract_price", "1e400", "number")]
    [InlineData("contract_number", "256", "length")]
    [InlineData("status_reason", "1", "cast")]
    [InlineData("parent_contract_id", "\"x\"", "format")]
    [InlineData("id_form", "256", "length")]
    [InlineData("nhs_signed_date", "\"yesterday\"", "date")]
    [InlineData("type", "\"CAPITATION\"", "inclusion")]
    [InlineData("reason", "[]", "cast")]
    [InlineData("signed_content_location", "1025", "length")]
    [InlineData("medical_programs", "[\"0d9e8c7b-6a5f-4e3d-9c2b-1a0f9e8d7c6b\",\"0d9e8c7b-6a5f-4e3d-9c2b-1a0f9e8d7c6b\"]", "unique")]
    [InlineData("medical_programs[0]", "[\"1\"]", "format")]
    [InlineData("is_active", "true", "schema")]
    [InlineData("contract_request_id", "null", "schema")]
    public async Task SchemaFault(string entry, string value, string rule)
    {
        var body = (await ContractCase.Of(Given)).RequiredOnly("NEW");
        var before = await registry.Scalar<long>("SELECT count(*) FROM contracts");
        // A text that is one character too long is given by its length.
        body[entry.Split('.', '[')[0]] = rule == "length" ? new string('ї', int.Parse(value)) : JsonNode.Parse(value);

        var answer = await Create(body, await Given.Nhs());

        Assert.Equal(422, answer.Status);
        var invalid = Assert.Single(answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray());
        Assert.Equal(
            ($"$.{entry}", rule),
            (invalid.GetProperty("entry").GetString(), invalid.GetProperty("rules")[0].GetProperty("rule").GetString()));
        Assert.Equal(before, await registry.Scalar<long>("SELECT count(*) FROM contracts"));
    }

    [Fact(DisplayName = "The fault of a text that is too long has both lengths")]
    public async Task Length()
    {
        var body = (await ContractCase.Of(Given)).RequiredOnly();
        body["contractor_base"] = new string('ї', 300);

        (await Create(body, await Given.Nhs()))
            .IsIlBusinessFault("$.contractor_base", "expected value to have a maximum length of 255 but was 300");
    }

    [Fact(DisplayName = "The widest values are stored: ends of the ranges, texts at their limits")]
    public async Task Bounds()
    {
        var body = (await ContractCase.Of(Given)).Whole(new string('9', 255));
        body["contractor_rmsp_amount"] = int.MaxValue;
        body["nhs_contract_price"] = 1e300;
        foreach (var member in (string[])["contractor_base", "nhs_signer_base", "issue_city", "id_form"])
            body[member] = new string('ї', 255);
        body["signed_content_location"] = new string('ї', 1024);
        body["status_reason"] = new string('ї', 10_000);
        body["start_date"] = "0001-01-01";
        body["end_date"] = "9999-12-31";

        var data = (await Create(body, await Given.Nhs())).Succeeded(201).Data;

        foreach (var (member, sent) in body)
            Assert.True(JsonNode.DeepEquals(sent, JsonNode.Parse(data.GetProperty(member).GetRawText())), member);
    }

    [Theory(DisplayName = "A number is taken only by a VERIFIED contract that is not deleted, and only for another VERIFIED one")]
    [InlineData("TERMINATED", true, "VERIFIED", true)]
    [InlineData("VERIFIED", false, "VERIFIED", true)]
    [InlineData("VERIFIED", true, "TERMINATED", true)]
    [InlineData("VERIFIED", true, "VERIFIED", false)]
    public async Task Number(string status, bool isActive, string newStatus, bool isFree)
    {
        var it = await ContractCase.Of(Given);
        var number = Guid.NewGuid().ToString();
        await Given.Contract(it.Contractor, type: "CAPITATION", isActive: isActive, status: status, number: number);
        var body = it.RequiredOnly(newStatus);
        body["contract_number"] = number;

        var answer = await Create(body, await Given.Nhs());

        if (isFree)
            answer.Succeeded(201);
        else
            answer.IsIlRefusal(409, "request_conflict", "Verified contract with such number already exists", "$.contract_number");
    }

    [Fact(DisplayName = "Of 32 concurrent VERIFIED contracts with one number exactly one is created, and the others are refused")]
    public async Task Race()
    {
        var it = await ContractCase.Of(Given);
        var number = Guid.NewGuid().ToString();
        var body = it.Whole(number);
        body["medical_programs"] = new JsonArray(Guid.NewGuid().ToString());
        var credential = await Given.Nhs();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Create(body, credential)));

        Assert.Single(answers, answer => answer.Status == 201);
        foreach (var answer in answers.Where(answer => answer.Status != 201))
            answer.IsIlRefusal(409, "request_conflict", "Verified contract with such number already exists", "$.contract_number");
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM contracts WHERE contract_number = $1", number));
        Assert.Equal(
            1, await registry.Scalar<long>("SELECT count(*) FROM contract_medical_programs WHERE medical_program_id = $1::uuid",
                body["medical_programs"]![0]!.GetValue<string>()));
    }

    [Fact(DisplayName = "Concurrent contracts without a number are all created")]
    public async Task Parallel()
    {
        var body = (await ContractCase.Of(Given)).RequiredOnly();
        var credential = await Given.Nhs();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Create(body, credential)));

        Assert.All(answers, answer => answer.Succeeded(201));
    }

    private Task<Answer> Create(JsonObject body, Credential credential) => registry.Send("POST", Path, credential, body.ToJsonString());
}
