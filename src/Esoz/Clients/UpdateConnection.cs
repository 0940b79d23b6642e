namespace Esoz.Clients;

/// <summary>API-009-011-0003 Update connection (sign-in §12).</summary>
public static class UpdateConnection
{
    private static readonly GuardedWrite<Connection> Update = new()
    {
        Sources = ClientRules.Sources,
        Rules = ClientRules.All,
        Write = $"""
            UPDATE connections connection
               SET redirect_uri = $5, updated_at = now(), updated_by = $4
             WHERE connection.id = $2 AND {Guard.Allowed}
            """,
        Row = Rows.Connection,
    };

    public static readonly MethodCard Card = new("API-009-011-0003", "Update connection",
        "PATCH", "/api/clients/{id}/connections/{connection_id}", Family.IlMis, "connection:write")
    {
        Purpose = "Sets the address to which users return after they signed in",
        Handle = Handle,
        HasPersonalData = false,
        Body = RedirectUri.Schema,
        Validations = [.. Update.Rules, RedirectUri.IsPlain],
        Answer = typeof(Connection),
    };

    /// <summary>The method where <c>ALLOW_LOOPBACK_REDIRECT</c> is set.</summary>
    public static MethodCard CardWithLoopback { get; } = Card with { Body = RedirectUri.WithLoopback };

    public static async Task<Reply> Handle(
        Caller caller, PathId id, PathId connectionId, Body body, ConnectionOptions options, Work work, CancellationToken ct)
    {
        object?[] row = [id.Value ?? Guid.Empty, connectionId.Value ?? Guid.Empty, caller.OnlyClient(), caller.UserId];
        // Validation 4, and the schema before it
        if (RedirectUri.IsIn(body, options, out var address, out var refusal))
            return await Update.Run(work, ct, [.. row, address]);

        // The rules before the body come first.
        await using var steps = await work.Begin(ct);
        return await Update.Judge(steps, ct, row) ?? refusal;
    }
}
