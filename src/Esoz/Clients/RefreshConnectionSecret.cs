using Esoz.Platform.Access;

namespace Esoz.Clients;

/// <summary>API-009-011-0004 Refresh connection secret (sign-in §12).</summary>
public static class RefreshConnectionSecret
{
    private const string ActsForItself = "found.consumer_id = found.client_id";

    /// <summary>Of concurrent calls each waits for the one before and replaces its secret: that of the last one is valid.</summary>
    private static readonly GuardedWrite<Connection> Replacement = new()
    {
        Sources = ClientRules.Sources,
        Rules =
        [
            .. ClientRules.All,
            new("4", "consumer is the client itself, or the api-key header is present and not empty", $"{ActsForItself} OR $5",
                Refusal.Unauthenticated("api-key header not set")),
            new("5", "consumer is the client itself, or the api-key is known and not expired, its client may work",
                $"{ActsForItself} OR $6::uuid IS NOT NULL", Refusal.Unauthenticated("invalid api-key header")),
            new("6", "consumer is the client itself, or the client of the api-key", $"{ActsForItself} OR found.consumer_id = $6",
                Refusal.Forbidden("Access denied")),
        ],
        Write = $"""
            UPDATE connections connection
               SET secret_hash = $7, updated_at = now(), updated_by = $4
             WHERE connection.id = $2 AND {Guard.Allowed}
            """,
        Row = Rows.Connection,
    };

    public static readonly MethodCard Card = new("API-009-011-0004", "Refresh connection secret",
        "PATCH", "/api/clients/{id}/connections/{connection_id}/actions/refresh_secret", Family.IlMis, "connection:refresh_secret")
    {
        Purpose = "Replaces the secret of a connection and shows the new one, once",
        Handle = Handle,
        HasPersonalData = false,
        Validations = Replacement.Rules,
        Answer = typeof(ConnectionWithSecret),
    };

    public static async Task<Reply> Handle(
        Caller caller, PathId id, PathId connectionId, PresentedKey key, Work work, CancellationToken ct)
    {
        var secret = SecretHash.NewSecret();
        var written = await Replacement.Run(work, ct, id.Value ?? Guid.Empty, connectionId.Value ?? Guid.Empty, caller.OnlyClient(),
            caller.UserId, key.IsSent, key.ClientId, SecretHash.Of(secret).Hex);
        if (written.Refusal is { Kind: RefusalKind.Unauthenticated })
            key.Challenge();
        return written.Show(connection => ConnectionWithSecret.Of(connection, secret));
    }
}
