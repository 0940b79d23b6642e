namespace Esoz.Clients;

/// <summary>API-009-007-0002 Get client by ID (sign-in §12).</summary>
public static class GetClient
{
    public static readonly MethodCard Card = new("API-009-007-0002", "Get client by ID",
        "GET", "/api/clients/{id}", Family.IlMis, "client:read")
    {
        Purpose = "Gets one client",
        Handle = Handle,
        HasPersonalData = false,
        Validations = [ClientRules.Exists, ClientRules.IsOwn],
        Answer = typeof(ClientDetails),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        if (await Rows.Client.ReadOne(database.Command(Sql, id.Value ?? Guid.Empty), ct) is not { } client)
            return ClientRules.Exists;

        if (!caller.SeesClient(client.Id))
            return ClientRules.IsOwn;

        return Reply.Data(client);
    }

    private static readonly string Sql = $"SELECT {Rows.Client.Columns} FROM clients client {Rows.Client.Joins} WHERE client.id = $1";
}
