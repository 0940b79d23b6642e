namespace Esoz.Clients;

/// <summary>API-009-011-0005 Delete connection (sign-in §12).</summary>
public static class DeleteConnection
{
    /// <summary>
    /// The second of two concurrent calls waits for the first and then finds the connection deleted. Its sessions are ended by a trigger
    /// (docs/adr/0029-access-ends-in-the-database.md).
    /// </summary>
    private static readonly GuardedWrite<Nothing> Deletion = new()
    {
        Sources = ClientRules.Sources,
        Rules = ClientRules.All,
        Write = $"""
            UPDATE connections ended
               SET expires_at = now(), updated_at = now(), updated_by = $4
             WHERE ended.id = $2 AND {Guard.Allowed}
            """,
        Row = WrittenRow.Unseen("ended"),
    };

    public static readonly MethodCard Card = new("API-009-011-0005", "Delete connection",
        "DELETE", "/api/clients/{id}/connections/{connection_id}", Family.IlMis, "connection:delete")
    {
        Purpose = "Ends a connection, its secret and the sessions that use it",
        Handle = Handle,
        HasPersonalData = false,
        Validations = Deletion.Rules,
        Answer = typeof(Nothing),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PathId connectionId, Work work, CancellationToken ct) =>
        await Deletion.Run(work, ct, id.Value ?? Guid.Empty, connectionId.Value ?? Guid.Empty, caller.OnlyClient(), caller.UserId);
}
