using Esoz.Platform.Access;

namespace Esoz.Tests.Clients;

/// <summary>Rows and shapes that the tests of clients and connections share (sign-in §12).</summary>
internal static class ConnectionCase
{
    public const string Address = "https://mis.example.ua/oauth";

    public static readonly string[] ClientMembers =
    [
        "id", "name", "settings", "user_id", "client_type_id", "client_type_name", "is_blocked", "block_reason", "inserted_at", "updated_at",
    ];

    public static readonly string[] Members = ["id", "client_id", "consumer_id", "redirect_uri", "inserted_at", "updated_at"];

    /// <param name="consumer">Default: the client itself.</param>
    public static Task<Guid> Connection(
        this Given given, Guid client, Guid? consumer = null, string? address = Address, string? secret = null,
        DateTime? expiresAt = null) => given.Insert("connections", new()
        {
            ["client_id"] = client,
            ["consumer_id"] = consumer ?? client,
            ["redirect_uri"] = address,
            ["secret_hash"] = SecretHash.Of(secret ?? SecretHash.NewSecret()).Hex,
            ["expires_at"] = expiresAt,
        });

    /// <summary>A client that is registered, and its id.</summary>
    public static async Task<Guid> NewClient(this Given given, string type, string? brokerScope = null)
    {
        var id = Guid.NewGuid();
        await given.Client(id, type, brokerScope: brokerScope);
        return id;
    }

    /// <summary>
    /// The id that a row of a staircase names: <c>own</c> of the client, <c>foreign</c> of another one, <c>deleted</c>, <c>missing</c>,
    /// <c>not a uuid</c>.
    /// </summary>
    public static async Task<string> ConnectionId(this Given given, Guid client, string kind, Guid? consumer = null) => kind switch
    {
        "own" => $"{await given.Connection(client, consumer)}",
        "foreign" => $"{await given.Connection(await given.Provider(), consumer)}",
        "deleted" => $"{await given.Connection(client, consumer, expiresAt: DateTime.UtcNow.AddSeconds(-1))}",
        "missing" => $"{Guid.NewGuid()}",
        _ => "2c9e2f0b-6a35",
    };

    /// <summary>The same for a client: <c>own</c> of the token.</summary>
    public static async Task<string> ClientId(this Given given, Guid own, string kind) => kind switch
    {
        "own" => $"{own}",
        "foreign" => $"{await given.Provider()}",
        "missing" => $"{Guid.NewGuid()}",
        _ => "2c9e2f0b-6a35",
    };

    /// <summary>Audit rows of what the method writes; the credentials of a test have theirs.</summary>
    public static Task<long> AuditRows(this Registry registry) =>
        registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

    /// <summary>A token of a session in which the secret of the connection was presented; null = that of an operator.</summary>
    public static async Task<Guid> Token(
        this Registry registry, Guid client, Guid? connection, Guid? session, string name = "access_token")
    {
        var user = Guid.NewGuid();
        await registry.Execute("INSERT INTO users (id, email) VALUES ($1, $1::text || '@users.invalid')", user);
        return await registry.Given.Insert("tokens", new()
        {
            ["name"] = name,
            ["value_hash"] = SecretHash.Of(SecretHash.NewSecret()).Hex,
            ["user_id"] = user,
            ["expires_at"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds(),
            ["details"] = Given.Json($$"""{"client_id":"{{client}}","scope":"employee:read"}"""),
            ["session_id"] = session,
            ["connection_id"] = connection,
        }, hasAuthor: false);
    }

    public static Task<bool> IsAlive(this Registry registry, Guid token) =>
        registry.Scalar<bool>("SELECT expires_at > extract(epoch FROM now()) FROM tokens WHERE id = $1", token);

    /// <summary>The row of the access journal of the only request of a user; a change does not wait for its row.</summary>
    public static async Task<Dictionary<string, object?>> JournalRow(this Registry registry, Guid user)
    {
        List<Dictionary<string, object?>> rows = [];
        await Eventually.Holds(async () => (rows = await registry.Rows("SELECT * FROM access_journal WHERE user_id = $1", user)).Count > 0);
        return Assert.Single(rows);
    }
}
