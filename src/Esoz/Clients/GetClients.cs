namespace Esoz.Clients;

/// <summary>API-009-007-0001 Get clients (sign-in §12).</summary>
public static class GetClients
{
    public static readonly MethodCard Card = new("API-009-007-0001", "Get clients", "GET", "/api/clients", Family.IlMis, "client:read")
    {
        Purpose = "Gets the caller's client; for the NHS all clients",
        Handle = Handle,
        HasPersonalData = false,
        Query = PageRequest.Parameters,
        Answer = typeof(IReadOnlyList<ClientDetails>),
    };

    public static Task<Reply> Handle(Caller caller, QueryReader query, PostgresDatabase database, CancellationToken ct) =>
        new FilteredList("clients", "client")
            .OfOwner("client.id = {0}", caller.OnlyClient())
            .Page(query, database, Rows.Client, ct);
}
