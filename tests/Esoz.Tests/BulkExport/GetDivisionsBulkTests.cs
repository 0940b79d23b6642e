using Esoz.BulkExport;

namespace Esoz.Tests.BulkExport;

/// <summary>API-005-012-003-0479 PIS. Get divisions (pis-bulk §4.3).</summary>
public sealed class GetDivisionsBulkTests(BulkRegistry registry) : BulkMethod(registry, GetDivisionsBulk.Resource, "division_bulk:read_pis")
{
    [Fact(DisplayName =
        "A record has the members of the page in its order, location of two numbers and every address with its members in order")]
    public async Task Members()
    {
        var legalEntity = await Given.LegalEntity();
        var id = await Given.Insert("divisions", new()
        {
            ["legal_entity_id"] = legalEntity,
            ["external_id"] = "А-3",
            ["name"] = "Амбулаторія № 3",
            ["type"] = "AMBULANT_CLINIC",
            ["mountain_group"] = true,
            ["phones"] = Given.Json("""[{"type": "MOBILE", "number": "+380671112233"}]"""),
            ["email"] = "amb3@example.ua",
            ["latitude"] = 49.84,
            ["longitude"] = 24.0,
            ["working_hours"] = Given.Json("""{"mon": [["08.00", "12.00"]]}"""),
            ["dls_id"] = "7",
            ["dls_verified"] = true,
            ["status"] = "INACTIVE",
            ["is_active"] = false,
            ["inserted_at"] = Inserted,
            ["updated_at"] = Inserted.AddDays(1),
        });
        var settlement = Guid.NewGuid();
        await Given.Insert("division_addresses", new()
        {
            ["division_id"] = id,
            ["type"] = "RESIDENCE",
            ["country"] = "UA",
            ["area"] = "ЛЬВІВСЬКА",
            ["settlement"] = "ЛЬВІВ",
            ["settlement_type"] = "CITY",
            ["settlement_id"] = settlement,
            ["building"] = "3\"а\"",
        });

        Assert.Equal(
            $$$"""{"id":"{{{id}}}","external_id":"А-3","name":"Амбулаторія № 3","type":"AMBULANT_CLINIC","mountain_group":true,"phones":[{"type": "MOBILE", "number": "+380671112233"}],"email":"amb3@example.ua","inserted_at":"2019-06-04T08:12:45.120Z","updated_at":"2019-06-05T08:12:45.120Z","legal_entity_id":"{{{legalEntity}}}","location":{"latitude":49.84,"longitude":24},"status":"INACTIVE","is_active":false,"working_hours":{"mon": [["08.00", "12.00"]]},"dls_id":"7","dls_verified":true,"addresses":[{"type":"RESIDENCE","country":"UA","area":"ЛЬВІВСЬКА","region":null,"settlement":"ЛЬВІВ","settlement_type":"CITY","settlement_id":"{{{settlement}}}","street_type":null,"street":null,"building":"3\"а\"","apartment":null,"zip":null}]}""",
            await Record("id", $"{id}"));
    }

    [Fact(DisplayName = "Without a place location is null, without addresses, or with none but replaced ones, addresses is empty")]
    public async Task Nothing()
    {
        var id = await Given.Division(await Given.LegalEntity());
        await Given.DivisionAddress(id, isActive: false);

        var record = (await Records()).Single(record => record.GetProperty("id").GetGuid() == id);

        Assert.Equal(("null", "[]"), (record.GetProperty("location").GetRawText(), record.GetProperty("addresses").GetRawText()));
    }
}
