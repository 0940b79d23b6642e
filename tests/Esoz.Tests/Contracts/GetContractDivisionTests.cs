namespace Esoz.Tests.Contracts;

/// <summary>Private. Get contract division by ID (contracts §4.3).</summary>
public sealed class GetContractDivisionTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contract_divisions";

    private Given Given => registry.Given;

    [Theory(DisplayName = "Shows the record as it is stored, whoever reads it, be its contract deleted or not")]
    [InlineData("NHS", true)]
    [InlineData("MIS", true)]
    [InlineData("MSP", false)]
    public async Task Shows(string clientType, bool contractIsActive)
    {
        var contract = await Given.Contract(await Given.LegalEntity(), isActive: contractIsActive);
        var id = await Given.ContractDivision(contract);
        var row = Assert.Single(await registry.Rows("SELECT * FROM contract_divisions WHERE id = $1", id));
        var reader = Guid.NewGuid();
        await Given.Client(reader, clientType);

        var data = (await registry.Send("GET", $"{Path}/{id}",
            (await Given.Token(reader, "private_contracts:read")) with { ApiKey = await Given.ApiKey("NHS") })).Succeeded().Data;

        Assert.Equal(
            ["id", "division_id", "contract_id", "is_active", "inserted_at", "inserted_by", "updated_at", "updated_by"],
            data.EnumerateObject().Select(member => member.Name));
        Assert.Equal((id, row["division_id"], contract, true),
            (data.GetProperty("id").GetGuid(), data.GetProperty("division_id").GetGuid(), data.GetProperty("contract_id").GetGuid(),
                data.GetProperty("is_active").GetBoolean()));
        Assert.Equal(
            (row["inserted_by"], "null", "null"), (data.GetProperty("inserted_by").GetGuid(), data.GetProperty("updated_at").GetRawText(),
                data.GetProperty("updated_by").GetRawText()));
    }

    [Theory(DisplayName = "Validation 1")]
    [InlineData("missing")]
    [InlineData("not a uuid")]
    [InlineData("GB_CBP deleted")]
    [InlineData("CAPITATION")]
    public async Task Refuses(string record)
    {
        var id = record switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            _ => (await Given.ContractDivision(await Given.Contract(await Given.LegalEntity(), type: record.Split(' ')[0]),
                isActive: record.Split(' ').Length == 1)).ToString(),
        };

        (await registry.Send("GET", $"{Path}/{id}", await Given.Nhs("private_contracts:read"))).IsIlRefusal(404, "not_found", "Not found");
    }
}
