namespace Esoz.Clients;

/// <summary>API-009-011-0002 Get connection by ID (sign-in §12).</summary>
public static class GetConnection
{
    public static readonly MethodCard Card = new("API-009-011-0002", "Get connection by ID",
        "GET", "/api/clients/{id}/connections/{connection_id}", Family.IlMis, "connection:read")
    {
        Purpose = "Gets one connection of a client",
        Handle = Handle,
        HasPersonalData = false,
        Validations = ClientRules.All,
        Answer = typeof(Connection),
    };

    public static async Task<Reply> Handle(
        Caller caller, PathId id, PathId connectionId, PostgresDatabase database, CancellationToken ct)
    {
        await using var command = database.Command(Sql, id.Value ?? Guid.Empty, connectionId.Value ?? Guid.Empty);
        await using var row = await command.ExecuteReaderAsync(ct);

        if (!await row.ReadAsync(ct))
            return ClientRules.Exists;

        if (!caller.SeesClient(id.Value))
            return ClientRules.IsOwn;

        if (row.IsDBNull(0))
            return ClientRules.ConnectionExists;

        return Reply.Data(Rows.Connection.Read(row));
    }

    private static readonly string Sql = $"""
        SELECT {Rows.Connection.Columns}
          FROM clients client
          LEFT JOIN connections connection
            ON connection.id = $2 AND connection.client_id = client.id AND {ClientRules.IsInForce}
         WHERE client.id = $1
        """;
}
