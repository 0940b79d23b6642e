namespace Esoz.Tests.Clients;

/// <summary>API-009-007-0001 Get clients (sign-in §12).</summary>
public sealed class GetClientsTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/clients";
    private const string Scope = "client:read";

    private Given Given => registry.Given;

    [Theory(DisplayName = "Providers and MIS see their own client only, with every member in order")]
    [InlineData("OUTPATIENT")]
    [InlineData("MIS")]
    public async Task Own(string type)
    {
        var client = await Given.NewClient(type);
        await Given.Provider();

        var answer = (await registry.Send("GET", Path, await Given.Token(client, Scope))).Succeeded();

        Assert.Equal(["meta", "data", "paging"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            """{"page_number":1,"page_size":50,"total_entries":1,"total_pages":1}""", answer.Json.GetProperty("paging").GetRawText());
        Assert.Equal([client], answer.Ids());
        Assert.Equal(ConnectionCase.ClientMembers, answer.Data[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(type, answer.Data[0].GetProperty("client_type_name").GetString());
    }

    [Fact(DisplayName = "The NHS sees all clients, oldest first, page by page")]
    public async Task Nhs()
    {
        var client = await Given.NewClient("NHS");
        await Given.Provider();
        await Given.Provider();
        var all = (await registry.Rows("SELECT id FROM clients ORDER BY inserted_at, id")).Select(row => (Guid)row["id"]!).ToList();
        var credential = await Given.Token(client, Scope);

        var first = (await registry.Send("GET", $"{Path}?page_size=2", credential)).Succeeded();
        var second = (await registry.Send("GET", $"{Path}?page_size=2&page=2", credential)).Succeeded();

        Assert.Equal(all.Take(4), [.. first.Ids(), .. second.Ids()]);
        Assert.Equal(all.Count, first.Json.GetProperty("paging").GetProperty("total_entries").GetInt32());
    }

    [Theory(DisplayName = "A fault of paging")]
    [InlineData("page=0", "page", "number", "must be greater than 0", """{"greater_than":0}""")]
    [InlineData("page_size=many", "page_size", "cast", "is invalid", """["integer"]""")]
    public async Task Faults(string query, string entry, string rule, string description, string parameters) =>
        (await registry.Send("GET", $"{Path}?{query}", await Given.Token(await Given.Provider(), Scope)))
            .IsIlQueryFault(entry, rule, description, parameters);
}
