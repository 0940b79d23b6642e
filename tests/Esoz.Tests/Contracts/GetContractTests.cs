using System.Text.Json.Nodes;

namespace Esoz.Tests.Contracts;

/// <summary>Private. Get contract by ID (contracts §5.4).</summary>
public sealed class GetContractTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contracts";

    private Given Given => registry.Given;

    [Theory(DisplayName = "Shows the contract as it was created, whoever reads it")]
    [InlineData("NHS")]
    [InlineData("MIS")]
    [InlineData("MSP")]
    public async Task Shows(string clientType)
    {
        var body = (await ContractCase.Of(Given)).Whole();
        body["medical_programs"] = new JsonArray(Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var created = (await registry.Send("POST", Path, await Given.Nhs(), body.ToJsonString())).Succeeded(201).Data;
        var reader = Guid.NewGuid();
        await Given.Client(reader, clientType);
        var credential = (await Given.Token(reader, "private_contracts:read")) with { ApiKey = await Given.ApiKey("NHS") };

        var answer = await registry.Send("GET", $"{Path}/{created.GetProperty("id")}", credential);

        Assert.Equal(ContractCase.Members, answer.Succeeded().Data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(created.GetRawText(), answer.Data.GetRawText());
    }

    [Fact(DisplayName =
        "A row that nobody has updated shows null in updated_at and updated_by; programmes that are not is_active are not shown")]
    public async Task Imported()
    {
        var contract = await Given.Contract(await Given.LegalEntity(), status: "TERMINATED");
        var shown = Guid.NewGuid();
        await Given.Insert("contract_medical_programs", new() { ["contract_id"] = contract, ["medical_program_id"] = shown });
        await Given.Insert(
            "contract_medical_programs",
            new() { ["contract_id"] = contract, ["medical_program_id"] = Guid.NewGuid(), ["is_active"] = false });

        var data = (await Get(contract.ToString())).Succeeded().Data;

        Assert.Equal(("null", "null", $"[\"{shown}\"]"),
            (data.GetProperty("updated_at").GetRawText(), data.GetProperty("updated_by").GetRawText(), data.GetProperty("medical_programs")
                .GetRawText()));
    }

    [Theory(DisplayName = "Validation 1")]
    [InlineData("missing")]
    [InlineData("not a uuid")]
    [InlineData("GB_CBP deleted")]
    [InlineData("CAPITATION")]
    [InlineData("REIMBURSEMENT")]
    public async Task Refuses(string contract)
    {
        var id = contract switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            _ => (await Given.Contract(await Given.LegalEntity(), type: contract.Split(' ')[0],
                isActive: !contract.EndsWith("deleted", StringComparison.Ordinal))).ToString(),
        };

        (await Get(id)).IsIlRefusal(404, "not_found", "Not found");
    }

    private async Task<Answer> Get(string id) => await registry.Send("GET", $"{Path}/{id}", await Given.Nhs("private_contracts:read"));
}
