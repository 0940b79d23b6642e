using Esoz.Platform.Access;

namespace Esoz.Clients;

/// <summary>
/// Rules that the methods of clients and connections have in common (sign-in §12), in their order. In a guarded write <c>$1</c> is the id
/// of the client, <c>$2</c> that of the connection, <c>$3</c> the only client whose rows the caller sees; null = all.
/// </summary>
internal static class ClientRules
{
    public static readonly Validation Exists = new("1", "client exists", "client.id IS NOT NULL", Refusal.NotFound("Client not found"));

    public static readonly Validation IsOwn = new("2", "client is that of the token; NHS sees all", "$3::uuid IS NULL OR client.id = $3",
        Refusal.Forbidden("Access denied"));

    public static readonly Validation ConnectionExists = new("3", "connection exists, is not deleted, is one of the client",
        "found.id IS NOT NULL", Refusal.NotFound("Connection not found"));

    /// <summary>The three rules for a guarded write.</summary>
    public static IReadOnlyList<Validation> All { get; } = [Exists, IsOwn, ConnectionExists];

    /// <summary>
    /// The connection stays locked until the commit. The clock is read when the lock is there: a write that ended the connection meanwhile
    /// may have begun later than this one.
    /// </summary>
    public static IReadOnlyList<Source> Sources { get; } =
    [
        new("client", "SELECT id FROM clients WHERE id = $1"),
        new("found", """
            SELECT id, client_id, consumer_id
              FROM connections
             WHERE id = $2 AND client_id = $1 AND (expires_at IS NULL OR expires_at > clock_timestamp())
            """, "FOR NO KEY UPDATE"),
    ];

    /// <summary>SQL condition: the connection is not deleted.</summary>
    public const string IsInForce = "(connection.expires_at IS NULL OR connection.expires_at > now())";

    /// <summary>The only client whose rows the caller sees; null = all.</summary>
    public static Guid? OnlyClient(this Caller caller) => caller.ClientType == ClientType.Nhs ? null : caller.ClientId;

    /// <summary>Whether the caller sees the rows of this client.</summary>
    public static bool SeesClient(this Caller caller, Guid? client) => caller.OnlyClient() is not { } only || only == client;
}
