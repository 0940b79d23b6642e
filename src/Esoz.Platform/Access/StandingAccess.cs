namespace Esoz.Platform.Access;

/// <summary>
/// Whether an order that was accepted may still be carried out: a task asks this of the client and the user who sent it, so that a block,
/// or the loss of a scope, reaches what is still in the queue. A token that ended in the meantime does not: the order was given before.
/// </summary>
public static class StandingAccess
{
    /// <summary>SQL condition: neither client nor user is blocked, and the client still has the scope, of its own or of its type.</summary>
    /// <param name="client">SQL of the client's id.</param>
    /// <param name="user">SQL of the user's id.</param>
    /// <param name="scope">Scope of the method that accepted the order.</param>
    public static string Has(string client, string user, string scope) => $"""
        EXISTS (SELECT FROM clients ordering
                  JOIN client_types ordering_type ON ordering_type.id = ordering.client_type_id
                  JOIN users ordered_by ON ordered_by.id = {user}
                 WHERE ordering.id = {client} AND NOT ordering.is_blocked AND NOT ordered_by.is_blocked
                   AND ' ' || coalesce(ordering.scope, ordering_type.scope) || ' ' LIKE '% {scope} %')
        """;
}
