using Esoz.Platform.Database;

namespace Esoz.Platform.Http;

/// <summary>
/// Parameter of a card whose answer may lag: the read replica, or the primary. This parameter is the declaration that the method may be
/// answered from a replica (docs/adr/0055); every other card takes <see cref="PostgresDatabase"/>, which is the primary.
/// </summary>
public sealed record ReadDatabase(PostgresDatabase Database, bool IsReplica)
{
    public static implicit operator PostgresDatabase(ReadDatabase read) => read.Database;

    public static ValueTask<ReadDatabase?> BindAsync(HttpContext context) =>
        new(context.RequestServices.GetRequiredService<ReadRouting>().Choose(context));
}
