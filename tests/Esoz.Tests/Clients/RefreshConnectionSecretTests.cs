using Esoz.Platform.Access;

namespace Esoz.Tests.Clients;

/// <summary>API-009-011-0004 Refresh connection secret (sign-in §12).</summary>
public sealed class RefreshConnectionSecretTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "connection:refresh_secret";
    private const string MyScopes = "connection:refresh_secret event:read";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Given Given => registry.Given;

    [Fact(DisplayName = "The new secret is shown last and once; only its hash and the stamp change; the audit row has neither hash, the log not the secret")]
    public async Task Refreshes()
    {
        var (client, mis, user) = (await Given.Provider(), await Given.NewClient("MIS"), Guid.NewGuid());
        var connection = await Given.Connection(client, mis);
        var (key, credential) = (await Key(mis), await Given.Token(client, Scope, user));
        var before = await Row(connection);

        var answer = (await Refresh($"{client}", $"{connection}", credential with { ApiKey = key })).Succeeded();

        Assert.Equal([.. ConnectionCase.Members, "secret"], answer.Data.EnumerateObject().Select(member => member.Name));
        Assert.Equal("no-store", Assert.Single(answer.Headers.GetValues("Cache-Control")));
        var secret = answer.Data.GetProperty("secret").GetString()!;
        Assert.Equal(43, secret.Length);
        var after = await Row(connection);
        Assert.Equal(["secret_hash", "updated_at", "updated_by"],
            after.Keys.Where(column => !Equals(before[column], after[column])).Order());
        Assert.Equal((SecretHash.Of(secret).Hex, user), (after["secret_hash"], after["updated_by"]));
        var audit = Assert.Single(
            await registry.Rows("SELECT resource, resource_id, changeset::text AS changeset FROM audit_log WHERE actor_id = $1", $"{user}"));
        Assert.Equal(("connections", $"{connection}", $$"""{"updated_by": "{{user}}", "secret_hash": "***"}"""),
            (audit["resource"], audit["resource_id"], audit["changeset"]));
        var journal = await registry.JournalRow(user);
        Assert.Equal(("API-009-011-0004", mis), (journal["method_id"], journal["connection_client_id"]));
        Assert.Equal([client, connection], (Guid[])journal["object_ids"]!);
        Assert.DoesNotContain(registry.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(secret,
            (await registry.Send("GET", $"/api/clients/{client}/connections/{connection}", await Given.Token(client, "connection:read"))).Text,
            StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The same user again leaves an audit row again")]
    public async Task Again()
    {
        var (client, user) = (await Given.Provider(), Guid.NewGuid());
        var connection = await Given.Connection(client);
        var credential = await Given.Token(client, Scope, user);

        (await Refresh($"{client}", $"{connection}", credential)).Succeeded();
        (await Refresh($"{client}", $"{connection}", credential)).Succeeded();

        Assert.Equal(2, await registry.Scalar<long>(
            "SELECT count(*) FROM audit_log WHERE actor_id = $1 AND resource_id = $2 AND changeset ->> 'secret_hash' = '***'", $"{user}", $"{connection}"));
    }

    [Fact(DisplayName = "The former secret ends, the new one works: as an api-key within the time that look-ups are remembered; running sessions go on")]
    public async Task FormerEnds()
    {
        var pis = await Given.NewClient("PIS");
        var former = SecretHash.NewSecret();
        var connection = await Given.Connection(pis, secret: former);
        var credential = await Given.Token(pis, MyScopes);
        var session = await registry.Token(pis, connection, Guid.NewGuid());
        Assert.Equal(200, await Events(former));

        var secret = (await Refresh($"{pis}", $"{connection}", credential)).Succeeded().Data.GetProperty("secret").GetString()!;

        registry.Clock.Age(TimeSpan.FromSeconds(5));
        Assert.Equal((401, 200), (await Events(former), await Events(secret)));
        Assert.True(await registry.IsAlive(session));
    }

    [Fact(DisplayName = "The client itself is the consumer: no api-key is asked for, and a wrong one is not looked at")]
    public async Task Itself()
    {
        var client = await Given.Provider();
        var connection = await Given.Connection(client);
        var credential = await Given.Token(client, Scope);

        (await Refresh($"{client}", $"{connection}", credential)).Succeeded();
        (await Refresh($"{client}", $"{connection}", credential with { ApiKey = "unknown" })).Succeeded();
    }

    [Fact(DisplayName = "A BROKER client works through the same MIS; the NHS needs the key of the consumer as well")]
    public async Task ByOthers()
    {
        var (client, mis) = (await Given.Provider(access: "BROKER"), await Given.NewClient("MIS", brokerScope: Scope));
        var connection = await Given.Connection(client, mis);
        var key = await Key(mis);

        (await Refresh($"{client}", $"{connection}", (await Given.Token(client, Scope)) with { ApiKey = key })).Succeeded();
        var nhs = await Given.Token(await Given.NewClient("NHS"), Scope);
        (await Refresh($"{client}", $"{connection}", nhs)).IsIlRefusal(401, "access_denied", "api-key header not set");
        (await Refresh($"{client}", $"{connection}", nhs with { ApiKey = key })).Succeeded();
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    [Theory(DisplayName = "Validation")]
    [InlineData("1 no such client, no such connection, no key", "missing", "missing", "", 404, "not_found", "Client not found")]
    [InlineData("1 the id is no uuid", "not a uuid", "not a uuid", "", 404, "not_found", "Client not found")]
    [InlineData("2 the client is foreign, the connection missing, no key", "foreign", "missing", "", 403, "forbidden", "Access denied")]
    [InlineData("3 there is no such connection, no key", "own", "missing", "", 404, "not_found", "Connection not found")]
    [InlineData("3 the id is no uuid, no key", "own", "not a uuid", "", 404, "not_found", "Connection not found")]
    [InlineData("3 the connection is of another client, no key", "own", "foreign", "", 404, "not_found", "Connection not found")]
    [InlineData("3 the connection is deleted, wrong key", "own", "deleted", "unknown", 404, "not_found", "Connection not found")]
    [InlineData("4 no key", "own", "own", "", 401, "access_denied", "api-key header not set")]
    [InlineData("5 unknown key", "own", "own", "unknown", 401, "access_denied", "invalid api-key header")]
    [InlineData("5 key that has ended", "own", "own", "ended", 401, "access_denied", "invalid api-key header")]
    [InlineData("5 key that is bound to a certificate", "own", "own", "bound", 401, "access_denied", "invalid api-key header")]
    [InlineData("5 key of a blocked client", "own", "own", "blocked", 401, "access_denied", "invalid api-key header")]
    [InlineData("6 key of another MIS", "own", "own", "other", 403, "forbidden", "Access denied")]
    [InlineData("6 key of the NHS", "own", "own", "NHS", 403, "forbidden", "Access denied")]
    public async Task Refuses(string rule, string client, string connection, string key, int status, string type, string message)
    {
        var (own, mis) = (await Given.Provider(), await Given.NewClient("MIS"));
        var (clientId, connectionId) = (await Given.ClientId(own, client), await Given.ConnectionId(own, connection, mis));
        var presented = key switch
        {
            "" => null,
            "unknown" => SecretHash.NewSecret(),
            "ended" => await Ended(mis),
            "bound" => await Bound(mis),
            "blocked" => await Blocked(mis),
            "NHS" => await Given.ApiKey("NHS"),
            _ => await Given.ApiKey("MIS"),
        };
        var credential = (await Given.Token(own, Scope)) with { ApiKey = presented };
        var before = await registry.AuditRows();

        var answer = await Refresh(clientId, connectionId, credential);

        Assert.True(answer.Status == status, $"{rule}: {answer.Text}");
        answer.IsIlRefusal(status, type, message);
        Assert.Equal(status == 401 ? ["ApiKey"] : [], answer.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme));
        Assert.True(before == await registry.AuditRows(), rule);

        async Task<string> Bound(Guid owner) =>
            (await new Registrar(registry.Database).IssueKey(owner, TimeSpan.FromDays(1), [new string('a', 64)], Ct))!;

        async Task<string> Ended(Guid owner)
        {
            var ended = await Key(owner);
            await registry.Registrar.RevokeKey(ended, Ct);
            return ended;
        }

        async Task<string> Blocked(Guid owner)
        {
            var kept = await Key(owner);
            await registry.Registrar.BlockClient(owner, null, Ct);
            return kept;
        }
    }

    [Fact(DisplayName = "4 an empty api-key header counts as none")]
    public async Task EmptyKey()
    {
        var client = await Given.Provider();
        var connection = await Given.Connection(client, await Given.NewClient("MIS"));

        (await registry.Send("PATCH", Path($"{client}", $"{connection}"), await Given.Token(client, Scope), null, ("api-key", "")))
            .IsIlRefusal(401, "access_denied", "api-key header not set");
    }

    [Fact(DisplayName = "Only an owner may ask: of the roles of providers only OWNER and PHARMACY_OWNER hold the scope")]
    public async Task Owners() => Assert.Equal(["OWNER", "PHARMACY_OWNER"], (await registry.Rows(
        "SELECT name FROM roles WHERE $1 = ANY (string_to_array(scope, ' ')) ORDER BY name", Scope)).Select(row => row["name"]));

    [Fact(DisplayName = "Of 32 concurrent calls each gets a secret of its own, and exactly one of them is that of the connection")]
    public async Task Parallel()
    {
        var client = await Given.Provider();
        var connection = await Given.Connection(client);
        var credential = await Given.Token(client, Scope);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Refresh($"{client}", $"{connection}", credential)));

        var secrets = answers.Select(answer => answer.Succeeded().Data.GetProperty("secret").GetString()!).ToList();
        Assert.Equal(32, secrets.Distinct().Count());
        var stored = (string)(await Row(connection))["secret_hash"]!;
        Assert.Single(secrets, secret => SecretHash.Of(secret).Hex == stored);
    }

    private async Task<Dictionary<string, object?>> Row(Guid id) =>
        Assert.Single(await registry.Rows("SELECT * FROM connections WHERE id = $1", id));

    private async Task<string> Key(Guid client) => (await registry.Registrar.IssueKey(client, TimeSpan.FromDays(1), Ct))!;

    private async Task<int> Events(string key) => (await registry.Send("GET", "/api/events", new(ApiKey: key))).Status;

    private static string Path(string client, string connection) => $"/api/clients/{client}/connections/{connection}/actions/refresh_secret";

    private Task<Answer> Refresh(string client, string connection, Credential credential) =>
        registry.Send("PATCH", Path(client, connection), credential);
}
