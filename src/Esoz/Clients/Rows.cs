using Esoz.Codes;
using Esoz.Platform.Access;

namespace Esoz.Clients;

/// <summary>Maps rows to entities.</summary>
internal static class Rows
{
    public static readonly RowMap<ClientDetails> Client = new RowMap<ClientDetails>("client")
    {
        Joins = "JOIN client_types client_type ON client_type.id = client.client_type_id",
    }
        .Column(client => client.UserId, $"""
            coalesce(client.user_id,
                     (SELECT held.user_id
                        FROM user_roles held
                        JOIN roles role ON role.id = held.role_id AND role.name IN {EmployeeType.Owners}
                       WHERE held.client_id = client.id
                       ORDER BY held.inserted_at, held.id
                       LIMIT 1),
                     '{Registrar.SystemUser}')
            """)
        .Column(client => client.ClientTypeName, "client_type.name");

    public static readonly RowMap<Connection> Connection = new("connection");
}
