using System.Text.Json.Nodes;

namespace Esoz.Tests.HealthcareServices;

/// <summary>Create healthcare service (employee-roles §6.2).</summary>
public sealed class CreateHealthcareServiceTests(Registry registry) : IClassFixture<Registry>
{
    private Given Given => registry.Given;

    [Fact(DisplayName = "Adds an ACTIVE service, answers 201 with every member in order, and leaves one audit row and its first status")]
    public async Task Creates()
    {
        var provider = await Given.Provider();
        var user = Guid.NewGuid();
        var body = HealthcareServiceCase.Medical(await Given.Division(provider));
        body["comment"] = "Прийом за записом";
        body["category"]!["text"] = "Медичні послуги";
        body["available_time"] = JsonNode.Parse(
            """[{"days_of_week":["mon","tue"],"all_day":false,"available_start_time":"08:00:00","available_end_time":"18:00:00"},{"days_of_week":["sun"],"all_day":true}]""");
        body["not_available"] = JsonNode.Parse(
            """[{"description":"Санітарний день","during":{"start":"2026-12-01T08:00:00Z","end":"2026-12-01T18:00:00Z"}}]""");

        var answer = await registry.Send(
            "POST", HealthcareServiceCase.Path, await Given.Token(provider, HealthcareServiceCase.Write, user), body.ToJsonString());

        var data = answer.Succeeded(201).Data;
        Assert.Equal(HealthcareServiceCase.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.True(JsonNode.DeepEquals(body["category"], JsonNode.Parse(data.GetProperty("category").GetRawText())));
        Assert.True(JsonNode.DeepEquals(body["available_time"], JsonNode.Parse(data.GetProperty("available_time").GetRawText())));
        Assert.True(JsonNode.DeepEquals(body["not_available"], JsonNode.Parse(data.GetProperty("not_available").GetRawText())));
        Assert.Equal(("ACTIVE", "CARDIOLOGY", "null", "null"),
            (data.GetProperty("status").GetString(), data.GetProperty("speciality_type").GetString(),
            data.GetProperty("type").GetRawText(), data.GetProperty("licensed_healthcare_service").GetRawText()));
        var row = Assert.Single(await registry.Rows("SELECT * FROM healthcare_services WHERE id = $1", data.GetProperty("id").GetGuid()));
        Assert.Equal((provider, "MSP", true, user, user),
            (row["legal_entity_id"], row["category_code"], row["is_active"], row["inserted_by"], row["updated_by"]));
        var audit = Assert.Single(
            await registry.Rows(
                "SELECT actor_id FROM audit_log WHERE resource = 'healthcare_services' AND resource_id = $1::text", row["id"]));
        Assert.Equal(user.ToString(), audit["actor_id"]);
        Assert.Equal(
            "ACTIVE", await registry.Scalar<string>(
                "SELECT status FROM healthcare_services_status_hstr WHERE healthcare_service_id = $1", row["id"]));
    }

    [Fact(DisplayName = "Members that are null count as absent; times that are not sent are empty lists")]
    public async Task Nulls()
    {
        var provider = await Given.Provider("SUSPENDED", "PHARMACY");
        var body = HealthcareServiceCase.Pharmacy(await Given.Division(provider), await Given.License(provider, "PHARMACY"));
        foreach (var member in new[] { "type", "speciality_type", "providing_condition", "comment", "available_time",
            "not_available" })
            body[member] = null;

        var data = (await registry.Post(provider, body)).Succeeded(201).Data;

        Assert.Equal(
            ("[]", "[]", "null"), (data.GetProperty("available_time").GetRawText(), data.GetProperty("not_available").GetRawText(),
                data.GetProperty("comment").GetRawText()));
    }

    [Fact(DisplayName = "PHARMACY_DRUGS is accepted with a type and an own, active licence of its type")]
    public async Task Drugs()
    {
        var provider = await Given.Provider();
        var license = await Given.License(provider);

        var data = (await registry.Post(provider, HealthcareServiceCase.Drugs(await Given.Division(provider), license)))
            .Succeeded(201).Data;

        Assert.Equal(license, data.GetProperty("license_id").GetGuid());
        Assert.Equal("SALE", data.GetProperty("type").GetProperty("coding")[0].GetProperty("code").GetString());
    }

    [Fact(DisplayName = "1 an empty object reports both missing fields, before the legal entity (CLOSED here) is checked")]
    public async Task MissingFields()
    {
        var answer = await registry.Post(await Given.Provider("CLOSED"), []);

        Assert.Equal(422, answer.Status);
        Assert.Equal(["$.division_id", "$.category"],
            answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray()
            .Select(invalid => invalid.GetProperty("entry").GetString()));
    }

    [Theory(DisplayName = "1 schema, before the legal entity (CLOSED here) is checked")]
    [InlineData("division_id", "\"17\"", "$.division_id", "format")]
    [InlineData("category", "\"MSP\"", "$.category", "cast")]
    [InlineData("category", """{"coding":[]}""", "$.category.coding", "length")]
    [InlineData("category", """{"coding":[{"system":"X","code":"MSP"}]}""", "$.category.coding[0].system", "inclusion")]
    [InlineData("type", """{"coding":[{"system":"HEALTHCARE_SERVICE_PHARMACY_DRUGS_TYPES"}]}""", "$.type.coding[0].code", "required")]
    [InlineData("license_id", "5", "$.license_id", "cast")]
    [InlineData("coverage_area", "[]", "$.coverage_area", "schema")]
    [InlineData("status", "\"INACTIVE\"", "$.status", "schema")]
    [InlineData("available_time", """[{"days_of_week":["someday"],"all_day":true}]""", "$.available_time[0].days_of_week[0]", "inclusion")]
    [InlineData(
        "available_time", """[{"days_of_week":["mon"],"all_day":false,"available_start_time":"25:00:00","available_end_time":"18:00"}]""",
        "$.available_time[0].available_start_time", "format")]
    [InlineData("not_available", """[{"description":"Ремонт","during":{"start":"2026-02-30T00:00:00Z","end":"2026-03-01T00:00:00Z"}}]""",
        "$.not_available[0].during.start", "datetime")]
    [InlineData("not_available", """[{"during":{"start":"2026-02-28T00:00:00Z","end":"2026-03-01T00:00:00Z"}}]""",
        "$.not_available[0].description", "required")]
    [InlineData("not_available", """[{"description":null,"during":{"start":"2026-02-28T00:00:00Z","end":"2026-03-01T00:00:00Z"}}]""",
        "$.not_available[0].description", "cast")]
    public async Task SchemaFault(string member, string value, string path, string rule)
    {
        var provider = await Given.Provider("CLOSED");
        var body = HealthcareServiceCase.Medical(Guid.NewGuid());
        body[member] = JsonNode.Parse(value);

        var answer = await registry.Post(provider, body);

        Assert.Equal(422, answer.Status);
        var invalid = Assert.Single(answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray());
        Assert.Equal(
            (path, rule), (invalid.GetProperty("entry").GetString(), invalid.GetProperty("rules")[0].GetProperty("rule").GetString()));
    }

    /// <summary>
    /// Each row breaks its own rule and every later one that can be broken at the same time. The worst body has an unknown licence, an
    /// equal existing service, and contradictory times.
    /// </summary>
    public static TheoryData<string, string, string, string, string, string?> Validations => new()
    {
        // rule, legal entity, division, body, message or rule, path (null: 409)
        { "2 legal entity is CLOSED", "CLOSED NHS", "missing", "UNKNOWN", "Invalid legal entity status", null },
        { "2 client without a legal entity", "none", "missing", "UNKNOWN", "Invalid legal entity status", null },
        { "3 type NHS has no services", "ACTIVE NHS", "missing", "UNKNOWN", "NHS is not allowed to create healthcare services", null },
        { "4 division is missing", "ACTIVE OUTPATIENT", "missing", "UNKNOWN", "Division does not exist", "$.division_id" },
        { "4 division is not is_active, INACTIVE, foreign", "ACTIVE OUTPATIENT", "foreign INACTIVE deleted", "UNKNOWN",
            "Division does not exist", "$.division_id" },
        { "4 division is INACTIVE, foreign", "ACTIVE OUTPATIENT", "foreign INACTIVE", "UNKNOWN", "Division should be active",
            "$.division_id" },
        { "4 division is foreign", "ACTIVE OUTPATIENT", "foreign", "UNKNOWN", "Division should belong to your legal entity",
            "$.division_id" },
        { "5 category is in no dictionary", "ACTIVE OUTPATIENT", "own", "UNKNOWN", "value is not allowed in enum",
            "$.category.coding[0].code" },
        { "5 category is not for this type", "ACTIVE EMERGENCY", "own", "PHARMACY",
            "Healthcare service category is not allowed for legal entity type", "$.category.coding[0].code" },
        { "6 MSP without speciality_type and providing_condition, with type", "ACTIVE OUTPATIENT", "own",
            "MSP -speciality_type -providing_condition +type", "required property speciality_type was not present", "$.speciality_type" },
        { "6 MSP without providing_condition, with type", "ACTIVE OUTPATIENT", "own", "MSP -providing_condition +type",
            "required property providing_condition was not present", "$.providing_condition" },
        { "6 MSP with type, unknown speciality", "ACTIVE OUTPATIENT", "own", "MSP ?speciality_type +type",
            "schema does not allow additional properties", "$.type" },
        { "6 MSP with unknown speciality and condition", "ACTIVE OUTPATIENT", "own", "MSP ?speciality_type ?providing_condition",
            "value is not allowed in enum", "$.speciality_type" },
        { "6 MSP with an unknown condition", "ACTIVE OUTPATIENT", "own", "MSP ?providing_condition", "value is not allowed in enum",
            "$.providing_condition" },
        { "6 MSP with a condition that EMERGENCY has not", "ACTIVE EMERGENCY", "own", "MSP", "value is not allowed in enum",
            "$.providing_condition" },
        { "6 PHARMACY with speciality_type", "ACTIVE PHARMACY", "own", "PHARMACY +speciality_type +type",
            "schema does not allow additional properties", "$.speciality_type" },
        { "6 PHARMACY with type", "ACTIVE PHARMACY", "own", "PHARMACY +type", "schema does not allow additional properties", "$.type" },
        { "6 PHARMACY_DRUGS without type", "ACTIVE PHARMACY", "own", "PHARMACY_DRUGS -type",
            "required property type was not present", "$.type" },
        { "6 PHARMACY_DRUGS with an unknown type", "ACTIVE PHARMACY", "own", "PHARMACY_DRUGS ?type", "value is not allowed in enum",
            "$.type.coding[0].code" },
        { "7 MSP with a licence; equal service, bad times", "ACTIVE OUTPATIENT", "own", "MSP +equal",
            "License must not be submitted for healthcare service category", "$.license_id" },
        { "7 PHARMACY without a licence; equal service, bad times", "ACTIVE PHARMACY", "own", "PHARMACY -license_id +equal",
            "Healthcare service category must have linked license", "$.license_id" },
        { "7 PHARMACY with a licence of another type; equal service, bad times", "ACTIVE PHARMACY", "own", "PHARMACY =own +equal",
            "License not found", "$.license_id" },
        { "7 PHARMACY_DRUGS without a licence; equal service, bad times", "ACTIVE PHARMACY", "own", "PHARMACY_DRUGS -license_id +equal",
            "Healthcare service category must have linked license", "$.license_id" },
        { "7 PHARMACY_DRUGS with an unknown licence; equal service, bad times", "ACTIVE PHARMACY", "own", "PHARMACY_DRUGS +equal",
            "License not found", "$.license_id" },
        { "7 … with a foreign licence", "ACTIVE PHARMACY", "own", "PHARMACY_DRUGS =foreign +equal", "License not found", "$.license_id" },
        { "7 … with a licence that is not is_active", "ACTIVE PHARMACY", "own", "PHARMACY_DRUGS =inactive +equal", "License not found",
            "$.license_id" },
        { "7 … with a licence of another type", "ACTIVE PHARMACY", "own", "PHARMACY_DRUGS =MSP +equal", "License not found",
            "$.license_id" },
        { "8 MSP: equal service; bad times", "SUSPENDED OUTPATIENT", "own", "MSP -license_id +equal",
            "division_id, speciality_type and providing_condition combination should be unique", null },
        { "8 PHARMACY_DRUGS: equal service; bad times", "ACTIVE PHARMACY", "own", "PHARMACY_DRUGS =own +equal",
            "division_id, category and type combination should be unique", null },
        { "8 PHARMACY: equal service; bad times", "ACTIVE PHARMACY", "own", "PHARMACY =PHARMACY +equal",
            "division_id and category = PHARMACY combination should be unique", null },
        { "9 all_day with a start", "ACTIVE OUTPATIENT", "own", "MSP -license_id", "Should not be present when all_day = true",
            "$.available_time[1].available_start_time" },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string rule, string legalEntity, string division, string body, string message, string? path)
    {
        var (status, type) = legalEntity.Split(' ') is [var first, var second] ? (first, second) : ("none", "");
        var provider = status == "none" ? Guid.NewGuid() : await Given.Provider(status, type);
        if (status == "none")
            await Given.Client(provider, "MSP");
        var foreign = await Given.Provider();
        var divisionId = division == "missing" ? Guid.NewGuid()
            : await Given.Division(Has(division, "foreign") ? foreign : provider, Has(division, "INACTIVE") ? "INACTIVE" : "ACTIVE",
                !Has(division, "deleted"));
        var words = body.Split(' ');
        var request = await Request(provider, foreign, divisionId, words);
        if (words.Contains("+equal"))
            await Equal(provider, request);
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await registry.Post(provider, request);

        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), rule);
        if (path is null)
            answer.IsIlRefusal(409, "request_conflict", message);
        else
            answer.IsIlBusinessFault(path, message);
    }

    [Theory(DisplayName = "9 times")]
    [InlineData("""[{"days_of_week":["mon"],"all_day":true,"available_end_time":"18:00:00"}]""", "[]",
        "$.available_time[0].available_end_time", "Should not be present when all_day = true")]
    [InlineData("""[{"days_of_week":["mon"],"all_day":false}]""", "[]", "$.available_time[0].available_start_time",
        "Should be present when all_day = false")]
    [InlineData("""[{"days_of_week":["mon"],"all_day":false,"available_start_time":"08:00:00","available_end_time":null}]""", "[]",
        "$.available_time[0].available_end_time", "Should be present when all_day = false")]
    [InlineData("[]", """[{"description":"Ремонт","during":{"start":"2026-12-01T08:00:00Z","end":"2026-12-01T10:00:00+02:00"}}]""",
        "$.not_available[0].during.end", "Should be greater then start")]
    public async Task Times(string available, string notAvailable, string path, string message)
    {
        var provider = await Given.Provider();
        var body = HealthcareServiceCase.Medical(await Given.Division(provider));
        (body["available_time"], body["not_available"]) = (JsonNode.Parse(available), JsonNode.Parse(notAvailable));

        (await registry.Post(provider, body)).IsIlBusinessFault(path, message);
    }

    [Theory(DisplayName = "9 without all_day the times are neither required nor refused; a time is shown with seconds")]
    [InlineData("""{"days_of_week":["mon"]}""", """{"days_of_week":["mon"]}""")]
    [InlineData("""{"days_of_week":["mon"],"all_day":null,"available_start_time":"08:00"}""",
        """{"days_of_week":["mon"],"all_day":null,"available_start_time":"08:00:00"}""")]
    [InlineData("""{"days_of_week":["mon"],"available_start_time":"08:00:30","available_end_time":"18:00"}""",
        """{"days_of_week":["mon"],"available_start_time":"08:00:30","available_end_time":"18:00:00"}""")]
    public async Task WithoutAllDay(string sent, string shown)
    {
        var provider = await Given.Provider();
        var body = HealthcareServiceCase.Medical(await Given.Division(provider));
        body["available_time"] = new JsonArray(JsonNode.Parse(sent));

        var data = (await registry.Post(provider, body)).Succeeded(201).Data;

        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(shown), JsonNode.Parse(data.GetProperty("available_time")[0].GetRawText())),
            data.GetRawText());
    }

    [Fact(DisplayName =
        "A service with is_active = false does not prevent an equal one, nor does one with another condition, type or division")]
    public async Task OtherServices()
    {
        var provider = await Given.Provider();
        var division = await Given.Division(provider);
        await Given.HealthcareService(provider, division, "CARDIOLOGY", isActive: false);
        var license = await Given.License(provider);
        var inpatient = HealthcareServiceCase.Medical(division);
        inpatient["providing_condition"] = "INPATIENT";

        foreach (var body in new[] { HealthcareServiceCase.Medical(division), inpatient,
            HealthcareServiceCase.Medical(await Given.Division(provider)),
            HealthcareServiceCase.Drugs(division, license) })
            (await registry.Post(provider, body)).Succeeded(201);
        await registry.Execute(
            "UPDATE healthcare_services SET type = replace(type::text, 'SALE', 'OTHER')::jsonb WHERE division_id = $1 AND type IS NOT NULL", division);
        (await registry.Post(provider, HealthcareServiceCase.Drugs(division, license))).Succeeded(201);
    }

    [Theory(DisplayName = "Of 32 concurrent calls for equal services exactly one succeeds, and the others are refused as duplicates")]
    [InlineData("MSP", "division_id, speciality_type and providing_condition combination should be unique")]
    [InlineData("PHARMACY_DRUGS", "division_id, category and type combination should be unique")]
    [InlineData("PHARMACY", "division_id and category = PHARMACY combination should be unique")]
    public async Task Race(string category, string message)
    {
        var provider = await Given.Provider(type: category == "MSP" ? "OUTPATIENT" : "PHARMACY");
        var division = await Given.Division(provider);
        var body = (category switch
        {
            "MSP" => HealthcareServiceCase.Medical(division),
            "PHARMACY" => HealthcareServiceCase.Pharmacy(division, await Given.License(provider, "PHARMACY")),
            _ => HealthcareServiceCase.Drugs(division, await Given.License(provider)),
        }).ToJsonString();
        var credential = await Given.Token(provider, HealthcareServiceCase.Write);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 32).Select(_ => registry.Send("POST", HealthcareServiceCase.Path, credential, body)));

        Assert.Single(answers, answer => answer.Status == 201);
        foreach (var answer in answers.Where(answer => answer.Status != 201))
            answer.IsIlRefusal(409, "request_conflict", message);
    }

    private static bool Has(string text, string word) => text.Split(' ').Contains(word);

    /// <summary>
    /// Everything that can be wrong is wrong unless a word says otherwise: -member removes it, ?member makes it unknown, +member adds it.
    /// </summary>
    private async Task<JsonObject> Request(Guid provider, Guid foreign, Guid division, string[] words)
    {
        var body = new JsonObject
        {
            ["division_id"] = division.ToString(),
            ["category"] = HealthcareServiceCase.Concept("HEALTHCARE_SERVICE_CATEGORIES", words[0]),
            ["license_id"] = (words.FirstOrDefault(word => word[0] == '=') switch
            {
                "=own" => await Given.License(provider),
                "=foreign" => await Given.License(foreign),
                "=inactive" => await Given.License(provider, isActive: false),
                "=MSP" => await Given.License(provider, "MSP"),
                "=PHARMACY" => await Given.License(provider, "PHARMACY"),
                _ => Guid.NewGuid(),
            }).ToString(),
            ["available_time"] = JsonNode.Parse(
                """[{"days_of_week":["mon"],"all_day":true},{"days_of_week":["tue"],"all_day":true,"available_start_time":"08:00:00"}]"""),
        };
        if (words[0] == "MSP" || words.Contains("+speciality_type"))
            body["speciality_type"] = words.Contains("?speciality_type") ? "ALCHEMY" : "CARDIOLOGY";
        if (words[0] == "MSP")
            body["providing_condition"] = words.Contains("?providing_condition") ? "UNDERWATER" : "OUTPATIENT";
        if (words[0] == "PHARMACY_DRUGS" || words.Contains("+type"))
            body["type"] = HealthcareServiceCase.Concept(
                "HEALTHCARE_SERVICE_PHARMACY_DRUGS_TYPES", words.Contains("?type") ? "SWEETS" : "SALE");
        foreach (var word in words.Where(word => word[0] == '-'))
            body.Remove(word[1..]);
        return body;
    }

    /// <summary>An existing service equal to the requested one.</summary>
    private async Task Equal(Guid provider, JsonObject body) => await Given.Insert("healthcare_services", new()
    {
        ["legal_entity_id"] = provider,
        ["division_id"] = Guid.Parse(body["division_id"]!.GetValue<string>()),
        ["category"] = Given.Json(body["category"]!.ToJsonString()),
        ["type"] = body["type"] is { } type ? Given.Json(type.ToJsonString()) : null,
        ["speciality_type"] = body["speciality_type"]?.GetValue<string>(),
        ["providing_condition"] = body["providing_condition"]?.GetValue<string>(),
        ["status"] = "INACTIVE",
    });
}
