using System.Runtime.CompilerServices;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Audit;

/// <summary>Seals in the database: <c>audit_seals</c>, <c>audit_days</c> and <c>audit_proofs</c>, to which rows are only added.</summary>
internal static class SealTable
{
    private const string SealColumns = "log, number, until_at, until_id, columns, row_count, root, previous, sealed_at, key_id, signature, head";

    public static void Add(NpgsqlConnection connection, Seal seal, byte[] leaves, Signed signed)
    {
        using var command = PostgresDatabase.Command(connection, $"""
            INSERT INTO audit_seals ({SealColumns}, leaves) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """, seal.Log, seal.Number, seal.UntilAt, seal.UntilId, seal.Columns.ToArray(), seal.Rows, seal.Root, seal.Previous,
            seal.SealedAt, signed.KeyId, signed.Signature, signed.Head, leaves);
        command.ExecuteNonQuery();
    }

    public static Task<(Seal Seal, Signed Signed)?> Last(PostgresDatabase database, string log, CancellationToken ct) => database.Command(
        $"SELECT {SealColumns} FROM audit_seals WHERE log = $1 ORDER BY number DESC LIMIT 1", log).ReadOne<(Seal, Signed)?>(row => Read(row), ct);

    /// <summary>Seals of a log with more than a number, in order.</summary>
    public static async IAsyncEnumerable<(Seal Seal, Signed Signed)> After(
        PostgresDatabase database, string log, long number, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.Command(
            $"SELECT {SealColumns} FROM audit_seals WHERE log = $1 AND number > $2 ORDER BY number", log, number);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            yield return Read(row);
    }

    /// <summary>The same with leaves and the stored head. Blocks while it reads.</summary>
    public static IEnumerable<(Seal Seal, Signed Signed, byte[] Head, byte[] Leaves)> All(NpgsqlConnection connection, string log)
    {
        using var command = PostgresDatabase.Command(connection,
            $"SELECT {SealColumns}, leaves FROM audit_seals WHERE log = $1 ORDER BY number", log);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var (seal, signed) = Read(row);
            yield return (seal, signed, row.GetFieldValue<byte[]>(11), row.GetFieldValue<byte[]>(12));
        }
    }

    public static Task<IReadOnlyList<(SealedDay Day, Signed Signed, byte[] Head)>> Days(
        PostgresDatabase database, CancellationToken ct) => database.Command(
        "SELECT day, seals, root, previous, sealed_at, key_id, signature, head FROM audit_days ORDER BY day").ReadAll(row =>
        {
            var day = new SealedDay(row.GetFieldValue<DateOnly>(0), row.GetInt32(1), row.GetFieldValue<byte[]>(2),
                row.GetFieldValue<byte[]>(3), row.GetDateTime(4));
            return (day, new Signed(day.Text, row.GetString(5), row.GetFieldValue<byte[]>(6)), row.GetFieldValue<byte[]>(7));
        }, ct);

    public static Task Add(NpgsqlConnection connection, SealedDay day, Signed signed, CancellationToken ct) =>
        PostgresDatabase.Command(connection, """
            INSERT INTO audit_days (day, seals, root, previous, sealed_at, key_id, signature, head) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """, day.Day, day.Seals, day.Root, day.Previous, day.SealedAt, signed.KeyId, signed.Signature, signed.Head).Execute(ct);

    /// <summary>The day of the oldest seal, and today by the clock of the database; null when nothing is sealed.</summary>
    public static Task<(DateOnly First, DateOnly Today)?> Span(PostgresDatabase database, CancellationToken ct) =>
        database.Command("SELECT min(sealed_at), now() FROM audit_seals").ReadOne<(DateOnly, DateOnly)?>(row => row.IsDBNull(0) ? null
            : (DateOnly.FromDateTime(row.GetDateTime(0)), DateOnly.FromDateTime(row.GetDateTime(1))), ct);

    /// <summary>When the oldest seal was made that a place does not have and that is older than an age.</summary>
    public static async Task<DateTime?> OldestAfter(PostgresDatabase database, AnchoredUntil until, TimeSpan age, CancellationToken ct)
    {
        var logs = await database.Command("SELECT log, max(number) FROM audit_seals GROUP BY log")
            .ReadAll(row => (Log: row.GetString(0), Last: row.GetInt64(1)), ct);
        var behind = logs.Where(log => log.Last > until.Of(log.Log)).Select(log => log.Log).ToList();
        return await database.Command("""
            SELECT min(sealed_at) FROM audit_seals JOIN unnest($1::text[], $2::bigint[]) AS place (log, number) USING (log)
             WHERE audit_seals.number > place.number AND sealed_at < now() - $3
            """, behind.ToArray(), behind.Select(until.Of).ToArray(), age).ReadValue<DateTime?>(ct);
    }

    /// <summary>Proofs of days, in order.</summary>
    public static Task<IReadOnlyList<(DayProof Proof, Signed Signed, byte[] Head)>> Proofs(
        PostgresDatabase database, CancellationToken ct) => database.Command(
        "SELECT number, day, kind, content, added_at, key_id, signature, head FROM audit_proofs ORDER BY number").ReadAll(row =>
        {
            var proof = new DayProof(row.GetInt64(0), row.GetFieldValue<DateOnly>(1), row.GetString(2), row.GetFieldValue<byte[]>(3),
                row.GetDateTime(4));
            return (proof, new Signed(proof.Text, row.GetString(5), row.GetFieldValue<byte[]>(6)), row.GetFieldValue<byte[]>(7));
        }, ct);

    public static Task Add(NpgsqlConnection connection, DayProof proof, Signed signed, CancellationToken ct) =>
        PostgresDatabase.Command(connection, """
            INSERT INTO audit_proofs (number, day, kind, content, added_at, key_id, signature, head) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """, proof.Number, proof.Day, proof.Kind, proof.Content, proof.AddedAt, signed.KeyId, signed.Signature, signed.Head).Execute(ct);

    /// <summary>Heads of the seals that were made on a day, one after another, ordered by log and number.</summary>
    public static Task<byte[]> HeadsOf(PostgresDatabase database, DateOnly day, CancellationToken ct) => database.Command("""
        SELECT coalesce(string_agg(head, ''::bytea ORDER BY log, number), ''::bytea) FROM audit_seals
         WHERE sealed_at >= $1::timestamp AT TIME ZONE 'UTC' AND sealed_at < ($1 + 1)::timestamp AT TIME ZONE 'UTC'
        """, day).ReadValue<byte[]>(ct);

    private static (Seal Seal, Signed Signed) Read(NpgsqlDataReader row)
    {
        var seal = new Seal(row.GetString(0), row.GetInt64(1), row.GetDateTime(2), row.GetGuid(3), row.GetFieldValue<string[]>(4),
            row.GetInt32(5), row.GetFieldValue<byte[]>(6), row.GetFieldValue<byte[]>(7), row.GetDateTime(8));
        return (seal, new(seal.Text, row.GetString(9), row.GetFieldValue<byte[]>(10)));
    }
}
