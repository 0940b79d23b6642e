using Npgsql;

namespace Esoz.BulkExport.Snapshots;

/// <summary>
/// The instant from which on the windows of a resource have every change (<c>windows_valid_from</c>, docs/adr/0024). A window holds the
/// rows whose change instant is recent, so rows that are written with an old one, by an import for example, are in no window. A client
/// whose copy is as of a later instant may take windows; any other one takes the full set once.
/// </summary>
public static class WindowStarts
{
    /// <summary>Keeps an instant that a snapshot was published with, unless a later one is known.</summary>
    public static Task Keep(NpgsqlConnection connection, string resource, DateTime validFrom, CancellationToken ct) =>
        PostgresDatabase.Command(connection, Insert("SELECT $1, $2::timestamptz"), resource, validFrom).Execute(ct);

    /// <summary>
    /// Moves the instant of these resources to the start of the transaction. Call it in the transaction that writes the rows: the instant
    /// of a snapshot without them is not later than that start (Building.ReadPoint).
    /// </summary>
    public static Task Move(NpgsqlConnection connection, IEnumerable<BulkResource> resources, CancellationToken ct) =>
        PostgresDatabase.Command(connection, Insert("SELECT unnest($1::text[]), now()"),
            (object)resources.Select(resource => resource.Name).Order(StringComparer.Ordinal).ToArray()).Execute(ct);

    private static string Insert(string rows) => $"""
        INSERT INTO bulk_window_starts AS known (resource, valid_from)
        {rows}
        ON CONFLICT (resource) DO UPDATE SET valid_from = greatest(known.valid_from, excluded.valid_from)
        """;
}
