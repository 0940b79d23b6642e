namespace Esoz.Clients;

/// <summary>
/// Connection: by its secret the consumer, a MIS, acts for the client, a provider (sign-in §1). Where both are the same it is an api-key.
/// One whose <c>expires_at</c> has come is deleted. Members are in response order (sign-in §12).
/// </summary>
public sealed record Connection
{
    public required Guid Id { get; init; }
    public required Guid ClientId { get; init; }
    public required Guid ConsumerId { get; init; }
    /// <summary>Where users are sent back to after they signed in; null when none can sign in by it.</summary>
    public required string? RedirectUri { get; init; }
    public required DateTime InsertedAt { get; init; }
    public required DateTime? UpdatedAt { get; init; }
}

/// <summary>A connection with its new secret, which is never shown again.</summary>
public sealed record ConnectionWithSecret(
    Guid Id, Guid ClientId, Guid ConsumerId, string? RedirectUri, DateTime InsertedAt, DateTime? UpdatedAt, string Secret)
{
    public static ConnectionWithSecret Of(Connection it, string secret) =>
        new(it.Id, it.ClientId, it.ConsumerId, it.RedirectUri, it.InsertedAt, it.UpdatedAt, secret);

    /// <summary>Hides the secret from logs.</summary>
    public override string ToString() => $"(secret of connection {Id})";
}
