using Esoz.Platform.Database;

namespace Esoz.Platform.Http;

/// <summary>
/// Parameter of a card or page whose answer may lag: the read replica, or the primary. This parameter is the declaration that it may be
/// answered from a replica (docs/adr/0055); every other one takes <see cref="PostgresDatabase"/>, which is the primary.
/// </summary>
public sealed record ReadDatabase(PostgresDatabase Database, bool IsReplica)
{
    public static implicit operator PostgresDatabase(ReadDatabase read) => read.Database;

    /// <summary>Whether a handler declares it.</summary>
    internal static bool IsTakenBy(Delegate handle) =>
        handle.Method.GetParameters().Any(parameter => parameter.ParameterType == typeof(ReadDatabase));

    public static ValueTask<ReadDatabase?> BindAsync(HttpContext context) =>
        new(context.RequestServices.GetRequiredService<ReadRouting>().Choose(context));
}
