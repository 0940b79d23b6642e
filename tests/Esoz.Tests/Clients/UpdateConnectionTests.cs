using System.Text.Json;

namespace Esoz.Tests.Clients;

/// <summary>API-009-011-0003 Update connection (sign-in §12).</summary>
public sealed class UpdateConnectionTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "connection:write";
    private const string NotPlain = "must be a URL without user information and fragment";
    private const string NotHttps = "string does not match pattern \"^https://.+\"";

    private Given Given => registry.Given;

    [Fact(DisplayName = "The address is kept to the letter; only it and the stamp change, the secret stays; one audit row")]
    public async Task Updates()
    {
        var (client, user) = (await Given.Provider(), Guid.NewGuid());
        var connection = await Given.Connection(client, await Given.NewClient("MIS"));
        var before = await Row(connection);
        const string address = "https://MIS.example.ua:8443/oauth/%D0%B0?tenant=1&x=%20";

        var data = (await Update($"{client}", $"{connection}", Body(address), await Given.Token(client, Scope, user))).Succeeded().Data;

        Assert.Equal(ConnectionCase.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(address, data.GetProperty("redirect_uri").GetString());
        var after = await Row(connection);
        Assert.Equal(["redirect_uri", "updated_at", "updated_by"],
            after.Keys.Where(column => !Equals(before[column], after[column])).Order());
        Assert.Equal((address, user), (after["redirect_uri"], after["updated_by"]));
        var audit = Assert.Single(
            await registry.Rows("SELECT resource, resource_id, changeset::text AS changeset FROM audit_log WHERE actor_id = $1", $"{user}"));
        Assert.Equal(("connections", $"{connection}", $$"""{"updated_by": "{{user}}", "redirect_uri": "{{address}}"}"""),
            (audit["resource"], audit["resource_id"], audit["changeset"]));
        var journal = await registry.JournalRow(user);
        Assert.Equal(("API-009-011-0003", 200), (journal["method_id"], journal["status"]));
        Assert.Equal([client, connection], (Guid[])journal["object_ids"]!);
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    [Theory(DisplayName = "Validation")]
    [InlineData("1 no such client, no such connection, no body", "missing", "missing", 404, "not_found", "Client not found")]
    [InlineData("1 the id is no uuid", "not a uuid", "not a uuid", 404, "not_found", "Client not found")]
    [InlineData("2 the client is foreign, the connection missing, no body", "foreign", "missing", 403, "forbidden", "Access denied")]
    [InlineData("3 there is no such connection, no body", "own", "missing", 404, "not_found", "Connection not found")]
    [InlineData("3 the id is no uuid, no body", "own", "not a uuid", 404, "not_found", "Connection not found")]
    [InlineData("3 the connection is of another client, no body", "own", "foreign", 404, "not_found", "Connection not found")]
    [InlineData("3 the connection is deleted, no body", "own", "deleted", 404, "not_found", "Connection not found")]
    public async Task Refuses(string rule, string client, string connection, int status, string type, string message)
    {
        var own = await Given.Provider();
        var (clientId, connectionId) = (await Given.ClientId(own, client), await Given.ConnectionId(own, connection));
        var credential = await Given.Token(own, Scope);
        var before = await registry.AuditRows();

        foreach (var body in new[] { "{}", Body("https://mis.example.ua/#x"), Body("https://mis.example.ua/") })
        {
            var answer = await Update(clientId, connectionId, body, credential);
            Assert.True(answer.Status == status, $"{rule}: {answer.Text}");
            answer.IsIlRefusal(status, type, message);
        }
        Assert.True(before == await registry.AuditRows(), rule);
    }

    [Theory(DisplayName = "4 the body, once the connection is found")]
    [InlineData("""{}""", "$.redirect_uri", "required property redirect_uri was not present")]
    [InlineData("""[]""", "$", "type mismatch. Expected object but got array")]
    [InlineData("""{"redirect_uri":null}""", "$.redirect_uri", "type mismatch. Expected string but got null")]
    [InlineData("""{"redirect_uri":17}""", "$.redirect_uri", "type mismatch. Expected string but got integer")]
    [InlineData("""{"redirect_uri":"https://mis.example.ua/","secret":"x"}""", "$.secret", "schema does not allow additional properties")]
    [InlineData("""{"redirect_uri":""}""", "$.redirect_uri", NotHttps)]
    [InlineData("""{"redirect_uri":"https://"}""", "$.redirect_uri", NotHttps)]
    [InlineData("""{"redirect_uri":"HTTPS://mis.example.ua/"}""", "$.redirect_uri", NotHttps)]
    [InlineData("""{"redirect_uri":" https://mis.example.ua/"}""", "$.redirect_uri", NotHttps)]
    [InlineData("""{"redirect_uri":"http://mis.example.ua/"}""", "$.redirect_uri", NotHttps)]
    [InlineData("""{"redirect_uri":"http://localhost:3000/oauth"}""", "$.redirect_uri", NotHttps)]
    [InlineData("""{"redirect_uri":"http://127.0.0.1/oauth"}""", "$.redirect_uri", NotHttps)]
    [InlineData("""{"redirect_uri":"javascript:alert(1)"}""", "$.redirect_uri", NotHttps)]
    [InlineData("""{"redirect_uri":"https://mis.example.ua/#x"}""", "$.redirect_uri", NotPlain)]
    [InlineData("""{"redirect_uri":"https://mis.example.ua/#"}""", "$.redirect_uri", NotPlain)]
    [InlineData("""{"redirect_uri":"https://me@mis.example.ua/"}""", "$.redirect_uri", NotPlain)]
    [InlineData("""{"redirect_uri":"https://mis.example.ua:443@evil.example/"}""", "$.redirect_uri", NotPlain)]
    [InlineData("""{"redirect_uri":"https://evil.example\\@mis.example.ua/"}""", "$.redirect_uri", NotPlain)]
    [InlineData("""{"redirect_uri":"https:///oauth"}""", "$.redirect_uri", NotPlain)]
    [InlineData("""{"redirect_uri":"https://?x"}""", "$.redirect_uri", NotPlain)]
    [InlineData("""{"redirect_uri":"https://mis.example.ua/a b"}""", "$.redirect_uri", NotPlain)]
    [InlineData("""{"redirect_uri":"https://mis.example.ua/\r\nSet-Cookie: a=b"}""", "$.redirect_uri", null)]
    [InlineData("""{"redirect_uri":"https://mis.example.ua/лікарня"}""", "$.redirect_uri", NotPlain)]
    [InlineData("""{"redirect_uri":"https://міс.example.ua/"}""", "$.redirect_uri", NotPlain)]
    [InlineData("""{"redirect_uri":"https://mis.example.ua/%zz"}""", "$.redirect_uri", NotPlain)]
    public async Task Bodies(string body, string path, string? description)
    {
        var client = await Given.Provider();
        var connection = await Given.Connection(client);

        var answer = await Update($"{client}", $"{connection}", body, await Given.Token(client, Scope));

        Assert.Equal(422, answer.Status);
        if (description is not null)
            answer.IsIlBusinessFault(path, description);
        Assert.Equal(ConnectionCase.Address, (await Row(connection))["redirect_uri"]);
    }

    [Fact(DisplayName = "255 characters are accepted, 256 are not")]
    public async Task Length()
    {
        var client = await Given.Provider();
        var (connection, credential) = (await Given.Connection(client), await Given.Token(client, Scope));
        var address = $"https://mis.example.ua/{new string('a', 232)}";

        (await Update($"{client}", $"{connection}", Body(address), credential)).Succeeded();
        (await Update($"{client}", $"{connection}", Body($"{address}a"), credential))
            .IsIlBusinessFault("$.redirect_uri", "expected value to have a maximum length of 255 but was 256");
    }

    [Fact(DisplayName = "Faults of the transport come before everything: media type, syntax")]
    public async Task Transport()
    {
        var credential = await Given.Token(await Given.Provider(), Scope);

        Assert.Equal(400, (await Update("missing", "missing", "{", credential)).Status);
    }

    [Fact(DisplayName = "Of 32 concurrent calls all succeed, and the connection has the address of one of them")]
    public async Task Parallel()
    {
        var client = await Given.Provider();
        var (connection, credential) = (await Given.Connection(client), await Given.Token(client, Scope));

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(
            i => Update($"{client}", $"{connection}", Body($"https://mis.example.ua/{i}"), credential)));

        var addresses = answers.Select(answer => answer.Succeeded().Data.GetProperty("redirect_uri").GetString()).ToList();
        Assert.Equal(32, addresses.Distinct().Count());
        Assert.Contains((await Row(connection))["redirect_uri"], addresses);
    }

    private static string Body(string address) => JsonSerializer.Serialize(new { redirect_uri = address });

    private async Task<Dictionary<string, object?>> Row(Guid id) =>
        Assert.Single(await registry.Rows("SELECT * FROM connections WHERE id = $1", id));

    private Task<Answer> Update(string client, string connection, string body, Credential credential) =>
        registry.Send("PATCH", $"/api/clients/{client}/connections/{connection}", credential, body);
}

/// <summary>Where ALLOW_LOOPBACK_REDIRECT is set (sign-in §12).</summary>
public sealed class UpdateConnectionWithLoopbackTests(UpdateConnectionWithLoopbackTests.ForDevelopers registry)
    : IClassFixture<UpdateConnectionWithLoopbackTests.ForDevelopers>
{
    [Theory(DisplayName = "This machine may be named over plain HTTP, no other")]
    [InlineData("http://localhost", true)]
    [InlineData("http://localhost:3000/oauth", true)]
    [InlineData("http://localhost/oauth?x=1", true)]
    [InlineData("http://127.0.0.1:8080/", true)]
    [InlineData("https://mis.example.ua/oauth", true)]
    [InlineData("http://localhost.example.ua/", false)]
    [InlineData("http://localhost:3000@example.ua/", false)]
    [InlineData("http://127.0.0.1.example.ua/", false)]
    [InlineData("http://127a0b0c1/", false)]
    [InlineData("http://mis.example.ua/", false)]
    [InlineData("http://localhost/#x", false)]
    public async Task Loopback(string address, bool isAccepted)
    {
        var client = await registry.Given.Provider();
        var connection = await registry.Given.Connection(client);

        var answer = await registry.Send("PATCH", $"/api/clients/{client}/connections/{connection}",
            await registry.Given.Token(client, "connection:write"), $$"""{"redirect_uri":"{{address}}"}""");

        Assert.True(answer.Status == (isAccepted ? 200 : 422), answer.Text);
    }

    public sealed class ForDevelopers(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["ALLOW_LOOPBACK_REDIRECT"] = "true" };
    }
}
