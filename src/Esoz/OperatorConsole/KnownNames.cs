using Esoz.Platform.Access;

namespace Esoz.OperatorConsole;

/// <summary>Names of users and clients by their ids.</summary>
public sealed class KnownNames
{
    private readonly Dictionary<Guid, string> _names;

    private KnownNames(IEnumerable<KeyValuePair<Guid, string>> names) => _names = new(names);

    /// <param name="ids">Of users and clients.</param>
    public static async Task<KnownNames> Of(PostgresDatabase database, IEnumerable<Guid?> ids, CancellationToken ct) =>
        new(await database.Command(
                "SELECT id, email FROM users WHERE id = ANY ($1) UNION ALL SELECT id, name FROM clients WHERE id = ANY ($1) AND NOT EXISTS (SELECT FROM users WHERE users.id = clients.id)",
                (object)ids.OfType<Guid>().Distinct().ToArray())
            .ReadAll(row => KeyValuePair.Create(row.GetGuid(0), row.GetString(1)), ct));

    /// <summary>The name, or the id of what has none; null of nobody.</summary>
    public string? this[Guid? id] => id is not { } known ? null
        : _names.GetValueOrDefault(known) ?? (known == Registrar.SystemUser ? "Esoz" : known.ToString());

    /// <param name="actor">Author in the audit log.</param>
    public string OfActor(string actor) => Guid.TryParse(actor, out var id) ? this[id]! : actor;
}
