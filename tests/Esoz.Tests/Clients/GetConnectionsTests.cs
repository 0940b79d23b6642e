namespace Esoz.Tests.Clients;

/// <summary>API-009-011-0001 Get connections (sign-in §12).</summary>
public sealed class GetConnectionsTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "connection:read";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Shows the connections of the client that are not deleted, oldest first, page by page, never a secret")]
    public async Task Lists()
    {
        var (client, mis) = (await Given.Provider(), await Given.NewClient("MIS"));
        var connections = new[]
        {
            await Given.Connection(client, mis), await Given.Connection(client, mis, address: null),
            await Given.Connection(client, expiresAt: DateTime.UtcNow.AddDays(1)),
        };
        await Given.Connection(client, mis, expiresAt: DateTime.UtcNow.AddSeconds(-1));
        await Given.Connection(await Given.Provider(), client);
        var credential = await Given.Token(client, Scope);

        var answer = (await Get($"{client}", credential)).Succeeded();

        Assert.Equal(connections, answer.Ids());
        Assert.Equal(
            """{"page_number":1,"page_size":50,"total_entries":3,"total_pages":1}""", answer.Json.GetProperty("paging").GetRawText());
        Assert.All(
            answer.Data.EnumerateArray(), it => Assert.Equal(ConnectionCase.Members, it.EnumerateObject().Select(member => member.Name)));
        Assert.Equal((mis, ConnectionCase.Address), (answer.Data[0].GetProperty("consumer_id").GetGuid(),
            answer.Data[0].GetProperty("redirect_uri").GetString()));
        Assert.Equal("null", answer.Data[1].GetProperty("redirect_uri").GetRawText());
        Assert.Equal(connections[2..], (await Get($"{client}", credential, "?page=2&page_size=2")).Succeeded().Ids());
        Assert.Equal(connections, (await Get($"{client}", await Given.Token(await Given.NewClient("NHS"), Scope))).Succeeded().Ids());
    }

    [Theory(DisplayName = "Validation; the query comes first")]
    [InlineData("1 there is no such client", "missing", 404, "not_found", "Client not found")]
    [InlineData("1 the id is no uuid", "not a uuid", 404, "not_found", "Client not found")]
    [InlineData("2 the client is foreign", "foreign", 403, "forbidden", "Access denied")]
    public async Task Refuses(string rule, string client, int status, string type, string message)
    {
        var own = await Given.NewClient("MIS");
        var (id, credential) = (await Given.ClientId(own, client), await Given.Token(own, Scope));

        (await Get(id, credential, "?page=0")).IsIlQueryFault("page", "number", "must be greater than 0", """{"greater_than":0}""");
        var answer = await Get(id, credential);
        Assert.True(answer.Status == status, $"{rule}: {answer.Text}");
        answer.IsIlRefusal(status, type, message);
    }

    private Task<Answer> Get(string id, Credential credential, string query = "") =>
        registry.Send("GET", $"/api/clients/{id}/connections{query}", credential);
}
