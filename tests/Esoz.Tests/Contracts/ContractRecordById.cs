namespace Esoz.Tests.Contracts;

/// <summary>Reading a record of a contract (contracts §3.3, §4.3).</summary>
public abstract class ContractRecordById(Registry registry, ContractRecord kind)
{
    protected Registry Registry => registry;

    private Given Given => registry.Given;

    [Theory(DisplayName = "Shows the record as it is stored, whoever reads it, be its contract deleted or not")]
    [InlineData("NHS", true)]
    [InlineData("MIS", true)]
    [InlineData("MSP", false)]
    public async Task Shows(string clientType, bool contractIsActive)
    {
        var id = await kind.Insert(Given, await Given.Contract(await Given.LegalEntity(), isActive: contractIsActive), true);
        var row = await kind.Row(registry, id);
        var reader = Guid.NewGuid();
        await Given.Client(reader, clientType);

        var data = (await registry.Send("GET", $"{kind.Path}/{id}",
            (await Given.Token(reader, "private_contracts:read")) with { ApiKey = await Given.ApiKey("NHS") })).Succeeded().Data;

        Assert.Equal(kind.Members, data.EnumerateObject().Select(member => member.Name));
        foreach (var column in kind.References.Append("id").Append("inserted_by"))
            Assert.Equal(row[column], data.GetProperty(column).GetGuid());
        Assert.Equal((true, "null", "null"), (data.GetProperty("is_active").GetBoolean(), data.GetProperty("updated_at").GetRawText(),
            data.GetProperty("updated_by").GetRawText()));
    }

    [Theory(DisplayName = "Validation 1")]
    [InlineData("missing")]
    [InlineData("not a uuid")]
    [InlineData("GB_CBP deleted")]
    [InlineData("CAPITATION")]
    public async Task Refuses(string record) =>
        (await registry.Send("GET", $"{kind.Path}/{await kind.Id(Given, record)}", await Given.Nhs("private_contracts:read")))
            .IsIlRefusal(404, "not_found", "Not found");
}
