namespace Esoz.Platform.Storage;

/// <summary>Who asked for a link. Whoever uses it has it from them.</summary>
public readonly record struct LinkHolder(Guid ClientId, Guid UserId)
{
    /// <summary><c>{client}.{user}</c>, as it stands in a link.</summary>
    public override string ToString() => $"{ClientId}.{UserId}";

    /// <summary>Null for text that is not <c>{client}.{user}</c>.</summary>
    public static LinkHolder? Parse(string text) =>
        text.Split('.') is [var client, var user] && Guid.TryParseExact(client, "D", out var clientId)
        && Guid.TryParseExact(user, "D", out var userId)
            ? new(clientId, userId) : null;
}
