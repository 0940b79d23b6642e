using Esoz.Platform.Access;
using Esoz.Platform.Database;

namespace Esoz.OperatorConsole;

/// <summary>Names of users and clients by their ids.</summary>
public sealed class KnownNames
{
    private readonly Dictionary<Guid, string> _names = [];

    private KnownNames()
    {
    }

    /// <param name="ids">Of users and clients.</param>
    public static async Task<KnownNames> Of(PostgresDatabase database, IEnumerable<Guid?> ids, CancellationToken ct)
    {
        var known = new KnownNames();
        await using var command = database.Command(
            "SELECT id, email FROM users WHERE id = ANY ($1) UNION ALL SELECT id, name FROM clients WHERE id = ANY ($1)",
            (object)ids.OfType<Guid>().Distinct().ToArray());
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            known._names[row.GetGuid(0)] = row.GetString(1);
        return known;
    }

    /// <summary>The name, or the id of what has none; null of nobody.</summary>
    public string? this[Guid? id] => id is not { } known ? null
        : _names.GetValueOrDefault(known) ?? (known == Registrar.SystemUser ? "Esoz" : known.ToString());

    /// <param name="actor">Author in the audit log.</param>
    public string OfActor(string actor) => Guid.TryParse(actor, out var id) ? this[id]! : actor;
}
