namespace Esoz.Tests.Clients;

/// <summary>API-009-011-0002 Get connection by ID (sign-in §12).</summary>
public sealed class GetConnectionTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "connection:read";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Shows the connection with every member in order, never its secret; the NHS sees it too")]
    public async Task Shows()
    {
        var (client, mis) = (await Given.Provider(), await Given.NewClient("MIS"));
        var connection = await Given.Connection(client, mis);
        await registry.Execute("UPDATE connections SET inserted_at = '2026-01-05T09:00:00Z' WHERE id = $1", connection);

        foreach (var credential in new[] { await Given.Token(client, Scope), await Given.Token(await Given.NewClient("NHS"), Scope) })
        {
            Assert.Equal($$"""
                {"id":"{{connection}}","client_id":"{{client}}","consumer_id":"{{mis}}","redirect_uri":"https://mis.example.ua/oauth","inserted_at":"2026-01-05T09:00:00Z","updated_at":null}
                """, (await Get($"{client}", $"{connection}", credential)).Succeeded().Data.GetRawText());
        }
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    [Theory(DisplayName = "Validation")]
    [InlineData("1 there is no such client, nor the connection", "missing", "missing", 404, "not_found", "Client not found")]
    [InlineData("1 the id is no uuid", "not a uuid", "not a uuid", 404, "not_found", "Client not found")]
    [InlineData("2 the client is foreign, the connection missing", "foreign", "missing", 403, "forbidden", "Access denied")]
    [InlineData("2 the client is foreign, the connection own", "foreign", "own", 403, "forbidden", "Access denied")]
    [InlineData("3 there is no such connection", "own", "missing", 404, "not_found", "Connection not found")]
    [InlineData("3 the id is no uuid", "own", "not a uuid", 404, "not_found", "Connection not found")]
    [InlineData("3 the connection is of another client", "own", "foreign", 404, "not_found", "Connection not found")]
    [InlineData("3 the connection is deleted", "own", "deleted", 404, "not_found", "Connection not found")]
    public async Task Refuses(string rule, string client, string connection, int status, string type, string message)
    {
        var own = await Given.Provider();

        var answer = await Get(
            await Given.ClientId(own, client), await Given.ConnectionId(own, connection), await Given.Token(own, Scope));

        Assert.True(answer.Status == status, $"{rule}: {answer.Text}");
        answer.IsIlRefusal(status, type, message);
    }

    private Task<Answer> Get(string client, string connection, Credential credential) =>
        registry.Send("GET", $"/api/clients/{client}/connections/{connection}", credential);
}
