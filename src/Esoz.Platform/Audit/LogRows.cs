using System.Buffers.Binary;
using System.Security.Cryptography;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Audit;

/// <summary>A place in the order of a log: rows are ordered by (inserted_at, id).</summary>
/// <param name="At">Microseconds since 2000-01-01 UTC, as PostgreSQL has them; the least value is -infinity.</param>
internal readonly record struct LogPlace(long At, Guid Id) : IComparable<LogPlace>
{
    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly long Earliest = Of(DateTime.MinValue, Guid.Empty).At;
    private static readonly long Latest = Of(DateTime.MaxValue, Guid.Empty).At;

    public static LogPlace Beginning { get; } = new(long.MinValue, Guid.Empty);

    public static LogPlace Of(DateTime at, Guid id) => new((at - Epoch).Ticks / TimeSpan.TicksPerMicrosecond, id);

    public DateTime Instant => Epoch.AddTicks(At * TimeSpan.TicksPerMicrosecond);

    /// <summary>The beginning of the day (UTC).</summary>
    public LogPlace Day => At < Earliest || At > Latest ? this : Of(Instant.Date, Guid.Empty);

    public int CompareTo(LogPlace other) => At != other.At ? At.CompareTo(other.At) : Id.CompareTo(other.Id);

    /// <summary>SQL of the instant.</summary>
    public string SqlInstant => $"'{this}'::timestamptz";

    /// <summary>SQL of both, a row value.</summary>
    public string Sql => $"({SqlInstant}, '{Id}'::uuid)";

    public override string ToString() => At switch
    {
        long.MinValue => "-infinity",
        long.MaxValue => "infinity",
        _ when At < Earliest || At > Latest => "out of range",
        _ => Seal.Instant(Instant),
    };
}

/// <summary>Reads rows of a log in their order with the hash of each: the SHA-256 of the row in the form of a binary COPY.</summary>
internal static class LogRows
{
    /// <summary>Names of its columns in a fixed order; empty when there is no such table.</summary>
    public static Task<IReadOnlyList<string>> Columns(PostgresDatabase database, string log, CancellationToken ct) => database.Command("""
        SELECT attname::text FROM pg_attribute
         WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
         ORDER BY attname <> 'id', attname <> 'inserted_at', attnum
        """, log).ReadAll(row => row.GetString(0), ct);

    /// <summary>Rows from a place to before another one. Blocks while it reads.</summary>
    /// <param name="columns">The first two are id and inserted_at.</param>
    public static IEnumerable<(LogPlace Place, byte[] Hash)> Read(
        NpgsqlConnection connection, string log, IReadOnlyList<string> columns, LogPlace from, LogPlace until)
    {
        // The conditions on inserted_at alone are those that the planner uses for partitions and the index.
        using var copy = connection.BeginRawBinaryCopy($"""
            COPY (SELECT {string.Join(", ", columns.Select(Quoted))}
                    FROM {log}
                   WHERE inserted_at BETWEEN {from.SqlInstant} AND {until.SqlInstant}
                     AND (inserted_at, id) >= {from.Sql} AND (inserted_at, id) < {until.Sql}
                   ORDER BY inserted_at, id)
              TO STDOUT (FORMAT binary)
            """);
        var rows = new BinaryCopyRows(copy, columns.Count);
        while (rows.Read())
            yield return (new(BinaryPrimitives.ReadInt64BigEndian(rows[1]), new Guid(rows[0], bigEndian: true)), SHA256.HashData(rows.Row));
    }

    public static async Task<long> Count(PostgresDatabase database, string log, LogPlace from, CancellationToken ct)
    {
        await using var command = database.Command($"SELECT count(*) FROM {log} WHERE (inserted_at, id) >= {from.Sql}");
        command.CommandTimeout = 0;
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static string Quoted(string column) => $"\"{column.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
