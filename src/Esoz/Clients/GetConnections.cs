namespace Esoz.Clients;

/// <summary>API-009-011-0001 Get connections (sign-in §12).</summary>
public static class GetConnections
{
    public static readonly MethodCard Card = new("API-009-011-0001", "Get connections",
        "GET", "/api/clients/{id}/connections", Family.IlMis, "connection:read")
    {
        Purpose = "Gets the connections of a client",
        Handle = Handle,
        HasPersonalData = false,
        Query = PageRequest.Parameters,
        Validations = [ClientRules.Exists, ClientRules.IsOwn],
        Answer = typeof(IReadOnlyList<Connection>),
    };

    public static async Task<Reply> Handle(
        Caller caller, PathId id, QueryReader query, PostgresDatabase database, CancellationToken ct)
    {
        var client = id.Value ?? Guid.Empty;
        var page = PageRequest.Read(query);
        if (query.Refusal is { } refusal)
            return refusal;

        if (!await Exists(client, database, ct))
            return ClientRules.Exists;

        if (!caller.SeesClient(client))
            return ClientRules.IsOwn;

        var (items, total) = await new FilteredList("connections", "connection")
            .OfOwner("connection.client_id = {0}", client)
            .Where(ClientRules.IsInForce)
            .Read(database, page, Rows.Connection, ct);
        return Reply.Page(items, Paging.Of(page, total));
    }

    private static Task<bool> Exists(Guid client, PostgresDatabase database, CancellationToken ct) =>
        database.Command("SELECT EXISTS (SELECT FROM clients WHERE id = $1)", client).ReadValue<bool>(ct);
}
