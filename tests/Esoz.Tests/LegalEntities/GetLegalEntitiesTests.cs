using System.Text.Json.Nodes;

namespace Esoz.Tests.LegalEntities;

/// <summary>Get legal entities (employee-roles §6.1).</summary>
public sealed class GetLegalEntitiesTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/v2/legal_entities";
    private const string Scope = "legal_entity:read";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Shows a legal entity with every member in order, and what is stored as structures as it is stored")]
    public async Task Lists()
    {
        var provider = await Given.Provider();
        await registry.Execute("""
            UPDATE legal_entities
               SET edr = $2::jsonb, edr_verified = true, public_offer = '{"consent": true, "consent_text": "Згода"}',
                   residence_address = '{"area": "ЛЬВІВСЬКА"}', phones = '[{"type": "MOBILE", "note": null}]', email = 'a@b.invalid', website = 'b.invalid',
                   receiver_funds_code = '7', beneficiary = 'Бенефіціар', accreditation = '{"category": "FIRST"}', archive = '[{"place": "Львів"}]', nhs_verified = true,
                   inserted_at = '2024-01-05T09:00:00Z', updated_at = '2024-01-06T09:00:00.5Z', updated_by = id
             WHERE id = $1
            """, provider, """
            {"id": 17, "name": "КНП", "edrpou": "40000001", "state": "1", "kveds": [{"name": "Лікарні", "code": "86.10", "is_primary": true}, "86.21"],
             "registration_address": {"zip": "79000", "parts": {"atu": "Львів"}}, "other": 1}
            """);
        var license = await License(provider, isPrimary: true);
        var edrpou = await registry.Scalar<string>("SELECT edrpou FROM legal_entities WHERE id = $1", provider);
        var author = Esoz.Platform.Access.Registrar.SystemUser;

        var answer = (await Get("", provider)).Succeeded();

        Assert.Equal(["meta", "data", "paging"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("list", answer.Json.GetProperty("meta").GetProperty("type").GetString());
        Assert.Equal(
            """{"page_number":1,"page_size":50,"total_entries":1,"total_pages":1}""", answer.Json.GetProperty("paging").GetRawText());
        Assert.Equal(
            Compact($$$"""
            [{"id":"{{{provider}}}","edr":{"id" : "17", "name" : "КНП", "short_name" : null, "public_name" : null, "legal_form" : null, "edrpou" : "40000001",
             "kveds" : [{"name" : "Лікарні", "code" : "86.10", "is_primary" : true}, {"name" : "Загальна медична практика", "code" : "86.21", "is_primary" : false}],
             "registration_address" : {"zip" : "79000", "country" : null, "address" : null,
             "parts" : {"atu" : "Львів", "atu_code" : null, "street" : null, "house_type" : null, "house" : null, "building_type" : null, "building" : null, "num_type" : null, "num" : null}},
             "state" : 1},"edr_verified":true,"edrpou":"{{{edrpou}}}","type":"OUTPATIENT","residence_address":{"area": "ЛЬВІВСЬКА"},
            "phones":[{"type": "MOBILE"}],"email":"a@b.invalid","website":"b.invalid","receiver_funds_code":"7","beneficiary":"Бенефіціар",
            "accreditation":{"category" : "FIRST", "issued_date" : null, "expiry_date" : null, "order_no" : null, "order_date" : null},
            "license":{"id":"{{{license}}}","type":"MSP","license_number":"АЕ000001","issued_by":"МОЗ","issued_date":"2020-01-02","issuer_status":"активна",
            "expiry_date":"2030-01-01","active_from_date":"2020-01-03","what_licensed":"Медична практика","order_no":"К-17","is_active":true,"inserted_at":"2024-01-05T09:00:00Z","inserted_by":"{{{author}}}",
            "updated_at":null,"updated_by":null},
            "archive":[{"place": "Львів"}],"public_offer":{"consent_text" : "Згода", "consent" : true},"status":"ACTIVE","nhs_verified":true,"is_active":true,"inserted_at":"2024-01-05T09:00:00Z","inserted_by":"{{{author}}}",
            "updated_at":"2024-01-06T09:00:00.500000Z","updated_by":"{{{provider}}}"}]
            """), Compact(answer.Data.GetRawText()));
    }

    [Fact(DisplayName =
        "Unknown values are null, and so is the licence when none is primary and active; of several it is the one entered last")]
    public async Task Absent()
    {
        var provider = await Given.Provider();
        await License(provider, isPrimary: false);
        await License(provider, isPrimary: true, isActive: false);
        await License(await Given.LegalEntity(), isPrimary: true);

        var bare = (await Get("", provider)).Succeeded().Data[0];
        Assert.Equal(
            ["edr_verified", "residence_address", "phones", "email", "website", "receiver_funds_code", "beneficiary", "accreditation",
                "license", "archive", "public_offer", "updated_at", "updated_by"],
            bare.EnumerateObject().Where(member => member.Value.ValueKind == System.Text.Json.JsonValueKind.Null)
            .Select(member => member.Name));
        var edr = bare.GetProperty("edr");
        Assert.Equal(
            ["id", "name", "short_name", "public_name", "legal_form", "edrpou", "kveds", "registration_address", "state"],
            edr.EnumerateObject().Select(member => member.Name));
        Assert.All(edr.EnumerateObject().Where(member => member.Name != "registration_address"),
            member => Assert.Equal(System.Text.Json.JsonValueKind.Null, member.Value.ValueKind));
        Assert.Equal([("zip", ""), ("country", ""), ("address", ""), ("parts", "")],
            edr.GetProperty("registration_address").EnumerateObject().Select(member => (member.Name, member.Value.ToString())));

        var last = await License(provider, isPrimary: true, insertedAt: "2024-03-05T09:00:00Z");
        await License(provider, isPrimary: true, insertedAt: "2024-02-05T09:00:00Z");
        var data = (await Get("", provider)).Succeeded().Data;
        Assert.Equal((1, last), (data.GetArrayLength(), data[0].GetProperty("license").GetProperty("id").GetGuid()));
    }

    [Fact(DisplayName =
        "Each filter selects by its value; several are combined with AND; an empty one counts as absent; rows with is_active = false are never shown")]
    public async Task Filters()
    {
        var nhs = await Client("NHS");
        var settlement = Guid.NewGuid();
        var clinic = await Given.LegalEntity(type: "PRIMARY_CARE");
        await registry.Execute(
            "UPDATE legal_entities SET nhs_verified = true, edrpou = '87000017', residence_address = jsonb_build_object('settlement_id', $2::text) WHERE id = $1", clinic, settlement.ToString());
        var branch = await Given.LegalEntity("SUSPENDED", "PHARMACY");
        await registry.Execute("UPDATE legal_entities SET edrpou = '87000017' WHERE id = $1", branch);
        var deleted = await Given.LegalEntity(isActive: false);
        await registry.Execute("UPDATE legal_entities SET edrpou = '87000017' WHERE id = $1", deleted);
        const string ours = "edrpou=87000017";

        Assert.Equal([clinic, branch], await Ids(nhs, $"?{ours}"));
        Assert.Equal([], await Ids(nhs, "?edrpou=8700001"));
        Assert.Equal([branch], await Ids(nhs, $"?legal_entity_id={branch}"));
        Assert.Equal([], await Ids(nhs, $"?legal_entity_id={deleted}"));
        Assert.Equal([clinic], await Ids(nhs, $"?settlement_id={settlement.ToString().ToUpperInvariant()}"));
        Assert.Equal([], await Ids(nhs, $"?settlement_id={Guid.NewGuid()}"));
        Assert.Equal([clinic], await Ids(nhs, $"?{ours}&type=primary_care"));
        Assert.Equal([branch], await Ids(nhs, $"?{ours}&status=SUSPENDED"));
        Assert.Equal([clinic], await Ids(nhs, $"?{ours}&nhs_verified=true"));
        Assert.Equal([branch], await Ids(nhs, $"?{ours}&nhs_verified=false"));
        Assert.Equal([], await Ids(nhs, $"?{ours}&type=PRIMARY_CARE&status=SUSPENDED"));
        Assert.Equal([clinic, branch], await Ids(nhs, $"?{ours}&legal_entity_id=&settlement_id=&type=&status=&nhs_verified=&unknown=1"));
        Assert.Equal([branch], await Ids(nhs, $"?{ours}&page=2&page_size=1"));
    }

    [Theory(DisplayName = "A provider sees itself only, in every status; MIS and NHS see all")]
    [InlineData("ACTIVE")]
    [InlineData("CLOSED")]
    public async Task Visibility(string status)
    {
        var (provider, other) = (await Given.Provider(status), await Given.Provider());

        Assert.Equal([provider], await Ids(provider, ""));
        Assert.Equal([], await Ids(provider, $"?legal_entity_id={other}"));
        foreach (var type in new[] { "MIS", "NHS" })
        {
            var system = await Client(type);
            Assert.Equal([provider], await Ids(system, $"?legal_entity_id={provider}"));
            Assert.Equal([other], await Ids(system, $"?legal_entity_id={other}"));
        }
        Assert.Equal([], await Ids(await Client("MSP"), ""));
    }

    [Theory(DisplayName = "A filter of the wrong form")]
    [InlineData("edrpou=1&edrpou=2", "edrpou", "cast", "is invalid", """["string"]""")]
    [InlineData("legal_entity_id=x", "legal_entity_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("settlement_id=x", "settlement_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("type=CLINIC", "type", "inclusion", "value is not allowed in enum",
        """{"values":["MSP","PHARMACY","MSP_PHARMACY","PRIMARY_CARE","OUTPATIENT","EMERGENCY","NHS","MIS","MSP_LIMITED"]}""")]
    [InlineData("status=INACTIVE", "status", "inclusion", "value is not allowed in enum",
        """{"values":["ACTIVE","SUSPENDED","CLOSED","REORGANIZED"]}""")]
    [InlineData("nhs_verified=yes", "nhs_verified", "cast", "is invalid", """["boolean"]""")]
    [InlineData("page=-1", "page", "number", "must be greater than 0", """{"greater_than":0}""")]
    public async Task Faults(string query, string entry, string rule, string description, string parameters) =>
        (await Get($"?{query}", await Given.Provider())).IsIlQueryFault(entry, rule, description, parameters);

    /// <summary>The same JSON, members in the same order, without white space.</summary>
    private static string Compact(string json) => JsonNode.Parse(json)!.ToJsonString(
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private async Task<Guid> License(Guid legalEntity, bool isPrimary, bool isActive = true, string insertedAt = "2024-01-05T09:00:00Z") =>
        await Given.Insert("licenses", new()
        {
            ["legal_entity_id"] = legalEntity,
            ["type"] = "MSP",
            ["is_primary"] = isPrimary,
            ["is_active"] = isActive,
            ["issued_by"] = "МОЗ",
            ["issued_date"] = new DateOnly(2020, 1, 2),
            ["active_from_date"] = new DateOnly(2020, 1, 3),
            ["order_no"] = "К-17",
            ["license_number"] = "АЕ000001",
            ["expiry_date"] = new DateOnly(2030, 1, 1),
            ["what_licensed"] = "Медична практика",
            ["issuer_status"] = "активна",
            ["inserted_at"] = DateTime.Parse(insertedAt, null, System.Globalization.DateTimeStyles.AdjustToUniversal),
        });

    private async Task<Guid> Client(string type)
    {
        var client = Guid.NewGuid();
        await Given.Client(client, type);
        return client;
    }

    private async Task<Answer> Get(string query, Guid client) => await registry.Send("GET", Path + query, await Given.Token(client, Scope));

    private async Task<IReadOnlyList<Guid>> Ids(Guid client, string query) => (await Get(query, client)).Succeeded().Ids();
}
