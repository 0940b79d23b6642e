using Esoz.Platform.Access;

namespace Esoz.Tests.Clients;

/// <summary>API-009-011-0005 Delete connection (sign-in §12).</summary>
public sealed class DeleteConnectionTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "connection:delete";

    private Given Given => registry.Given;

    [Fact(DisplayName = "The row stays and has ended, with the sessions of its secret; audit rows of both; 200 with data {}")]
    public async Task Deletes()
    {
        var (client, user) = (await Given.Provider(), Guid.NewGuid());
        var (connection, other) = (await Given.Connection(client, await Given.NewClient("MIS")), await Given.Connection(client));
        var (begun, joined, foreign) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var ended = new[]
        {
            await registry.Token(client, connection, begun),
            await registry.Token(client, connection, begun, "refresh_token"),
            await registry.Token(client, connection, joined),
            await registry.Token(client, connection, null),
        };
        var alive = new[]
        {
            await registry.Token(client, other, joined), await registry.Token(client, other, foreign),
            await registry.Token(client, other, foreign, "refresh_token"),
            await registry.Token(client, null, null), await registry.Token(client, null, begun, "authorization_code"),
        };
        // A used code opens nothing, and is still told from an expired one.
        await registry.Execute("UPDATE tokens SET used_at = now() WHERE id = $1", alive[^1]);
        var before = await Row(connection);

        var answer = (await Delete($"{client}", $"{connection}", await Given.Token(client, Scope, user))).Succeeded();

        Assert.Equal("{}", answer.Data.GetRawText());
        Assert.Equal(["meta", "data"], answer.Json.EnumerateObject().Select(member => member.Name));
        var after = await Row(connection);
        Assert.Equal(["expires_at", "updated_at", "updated_by"],
            after.Keys.Where(column => !Equals(before[column], after[column])).Order());
        Assert.Equal((after["updated_at"], user), (after["expires_at"], after["updated_by"]));
        foreach (var token in ended)
            Assert.False(await registry.IsAlive(token));
        foreach (var token in alive)
            Assert.True(await registry.IsAlive(token));
        Assert.Equal([.. ended.Select(token => $"tokens {token}").Append($"connections {connection}").Order()],
            (await registry.Rows("SELECT resource || ' ' || resource_id AS row FROM audit_log WHERE actor_id = $1", $"{user}"))
                .Select(row => (string)row["row"]!).Order());
        Assert.Equal("API-009-011-0005", (await registry.JournalRow(user))["method_id"]);
    }

    [Fact(DisplayName = "The secret opens nothing any more: an api-key within the time that look-ups are remembered")]
    public async Task SecretEnds()
    {
        var pis = await Given.NewClient("PIS");
        var secret = SecretHash.NewSecret();
        var connection = await Given.Connection(pis, secret: secret);
        var key = new Credential(ApiKey: secret);
        (await registry.Send("GET", "/api/events", key)).Succeeded();

        (await Delete($"{pis}", $"{connection}", await Given.Token(pis, Scope))).Succeeded();

        registry.Clock.Age(TimeSpan.FromSeconds(5));
        (await registry.Send("GET", "/api/events", key)).IsIlRefusal(401, "access_denied", "Invalid api key");
    }

    [Fact(DisplayName = "Whatever ends a connection ends its sessions: the operator's command, an import that sets the end; a later end does not")]
    public async Task Otherwise()
    {
        var client = await Given.Provider();
        var (revoked, imported, later) = (await Given.Connection(client), await Given.Connection(client), await Given.Connection(client));
        var tokens = new List<Guid>();
        foreach (var connection in new[] { revoked, imported, later })
            tokens.Add(await registry.Token(client, connection, Guid.NewGuid()));

        await registry.Registrar.RevokeKeys(revoked, null, TestContext.Current.CancellationToken);
        await registry.Execute("UPDATE connections SET expires_at = now() - interval '1 day' WHERE id = $1", imported);
        await registry.Execute("UPDATE connections SET expires_at = now() + interval '1 day' WHERE id = $1", later);

        Assert.Equal((false, false, true),
            (await registry.IsAlive(tokens[0]), await registry.IsAlive(tokens[1]), await registry.IsAlive(tokens[2])));
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    [Theory(DisplayName = "Validation")]
    [InlineData("1 no such client, no such connection", "missing", "missing", 404, "not_found", "Client not found")]
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
        var (clientId, connectionId) = (await Given.ClientId(own, client), await Given.ConnectionId(own, connection));
        var credential = await Given.Token(own, Scope);
        var before = await registry.AuditRows();

        var answer = await Delete(clientId, connectionId, credential);

        Assert.True(answer.Status == status, $"{rule}: {answer.Text}");
        answer.IsIlRefusal(status, type, message);
        Assert.True(before == await registry.AuditRows(), rule);
    }

    [Fact(DisplayName = "Of 32 concurrent calls exactly one succeeds, the others find no connection; a new secret is given to none after it")]
    public async Task Race()
    {
        var client = await Given.Provider();
        var connection = await Given.Connection(client);
        var credential = await Given.Token(client, $"{Scope} connection:refresh_secret");

        var calls = Enumerable.Range(0, 32).Select(_ => Delete($"{client}", $"{connection}", credential)).ToList();
        var refreshed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => registry.Send(
            "PATCH", $"/api/clients/{client}/connections/{connection}/actions/refresh_secret", credential)));
        var answers = await Task.WhenAll(calls);

        Assert.Single(answers, answer => answer.Status == 200);
        foreach (var answer in answers.Concat(refreshed).Where(answer => answer.Status != 200))
            answer.IsIlRefusal(404, "not_found", "Connection not found");
        var end = (DateTime)(await Row(connection))["expires_at"]!;
        Assert.True(end <= DateTime.UtcNow);
    }

    private async Task<Dictionary<string, object?>> Row(Guid id) =>
        Assert.Single(await registry.Rows("SELECT * FROM connections WHERE id = $1", id));

    private Task<Answer> Delete(string client, string connection, Credential credential) =>
        registry.Send("DELETE", $"/api/clients/{client}/connections/{connection}", credential);
}
