using Esoz.BulkExport;

namespace Esoz.Tests.BulkExport;

/// <summary>API-005-012-004-0480 PIS. Get legal entities (pis-bulk §4.4).</summary>
public sealed class GetLegalEntitiesBulkTests(BulkRegistry registry)
    : BulkMethod(registry, GetLegalEntitiesBulk.Resource, "legal_entity_bulk:read_pis")
{
    [Fact(DisplayName =
        "A record has the members of the page in its order; a closed one comes too; a null name is the one of the state register")]
    public async Task Members()
    {
        var id = await Given.Insert("legal_entities", new()
        {
            ["name"] = null,
            ["edr"] = Given.Json("""{"name": "КНП «Центр ПМСД»"}"""),
            ["public_name"] = "Центр ПМСД",
            ["status"] = "CLOSED",
            ["type"] = "PRIMARY_CARE",
            ["owner_property_type"] = "STATE",
            ["legal_form"] = "150",
            ["edrpou"] = "40123456",
            ["kveds"] = Given.Json("""["86.21"]"""),
            ["addresses"] = Given.Json("[]"),
            ["phones"] = Given.Json("""[{"type": "LAND_LINE"}]"""),
            ["email"] = "info@example.ua",
            ["is_active"] = false,
            ["inserted_at"] = Inserted,
            ["updated_at"] = null,
            ["website"] = "https://example.ua",
            ["status_reason"] = "CLOSED_BY_OWNER",
        });

        Assert.Equal(
            $$"""{"id":"{{id}}","name":"КНП «Центр ПМСД»","short_name":null,"public_name":"Центр ПМСД","status":"CLOSED","type":"PRIMARY_CARE","owner_property_type":"STATE","legal_form":"150","edrpou":"40123456","kveds":["86.21"],"addresses":[],"phones":[{"type": "LAND_LINE"}],"email":"info@example.ua","is_active":false,"inserted_at":"2019-06-04T08:12:45.120Z","updated_at":null,"website":"https://example.ua","status_reason":"CLOSED_BY_OWNER","residence_address":null,"accreditation":null}""",
            await Record("id", $"{id}"));
    }
}
