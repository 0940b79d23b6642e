using Esoz.BulkExport;
using Esoz.Tests.Platform.Storage;

namespace Esoz.Tests.BulkExport;

/// <summary>API-005-012-001-0476 PIS. Get parties (pis-bulk §4.1).</summary>
public sealed class GetPartiesBulkTests(BulkRegistry registry) : BulkMethod(registry, GetPartiesBulk.Resource, "party_bulk:read_pis")
{
    [Fact(DisplayName = "A record has the members of the page in its order, without tax_id; educations and the like come as stored")]
    public async Task Members()
    {
        var id = await Given.Insert("parties", new()
        {
            ["first_name"] = "Олена",
            ["last_name"] = "Ткачук",
            ["second_name"] = "Іванівна",
            ["birth_date"] = new DateOnly(1983, 5, 17),
            ["gender"] = "FEMALE",
            ["tax_id"] = "3099999999",
            ["educations"] = Given.Json("""[{"city": "Львів", "country": "UA"}]"""),
            ["specialities"] = Given.Json("[]"),
            ["working_experience"] = 17,
            ["verification_status"] = "VERIFIED",
            ["inserted_at"] = Inserted,
            ["updated_at"] = null,
        });

        Assert.Equal(
            $$"""{"id":"{{id}}","first_name":"Олена","last_name":"Ткачук","second_name":"Іванівна","year_of_birth":"1983","gender":"FEMALE","inserted_at":"2019-06-04T08:12:45.120Z","updated_at":null,"educations":[{"city": "Львів", "country": "UA"}],"qualifications":null,"specialities":[],"science_degree":null,"about_myself":null,"working_experience":17,"verification_status":"VERIFIED"}""",
            await Record("id", $"{id}"));
    }
}

/// <summary>The same with <c>PIS_BULK_PUBLISH_TAX_ID = true</c>.</summary>
public sealed class GetPartiesBulkWithTaxIdTests(GetPartiesBulkWithTaxIdTests.Publishing registry)
    : IClassFixture<GetPartiesBulkWithTaxIdTests.Publishing>
{
    [Fact(DisplayName = "tax_id comes after gender when the setting publishes it")]
    public async Task TaxId()
    {
        await registry.Given.Party("3000000042");
        await registry.Build(GetPartiesBulk.Resource);

        var answer = await registry.Send("GET", "/api/pis/bulk/parties", new(ApiKey: await registry.Given.ApiKey("PIS")));

        var record = Assert.Single(answer.Succeeded().Data.EnumerateArray());
        Assert.Equal("tax_id", record.EnumerateObject().SkipWhile(member => member.Name != "gender").Skip(1).First().Name);
        Assert.Equal("3000000042", record.GetProperty("tax_id").GetString());
    }

    public sealed class Publishing(TestCluster cluster, RadosGateway gateway) : BulkRegistry(cluster, gateway)
    {
        protected override Dictionary<string, string> Configuration => new(base.Configuration) { ["PIS_BULK_PUBLISH_TAX_ID"] = "true" };
    }
}
