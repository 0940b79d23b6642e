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

    public static async Task<(Seal Seal, Signed Signed)?> Last(PostgresDatabase database, string log, CancellationToken ct)
    {
        await using var command = database.Command(
            $"SELECT {SealColumns} FROM audit_seals WHERE log = $1 ORDER BY number DESC LIMIT 1", log);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? Read(row) : null;
    }

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

    public static async Task<IReadOnlyList<(SealedDay Day, Signed Signed, byte[] Head)>> Days(
        PostgresDatabase database, CancellationToken ct)
    {
        await using var command = database.Command(
            "SELECT day, seals, root, previous, sealed_at, key_id, signature, head FROM audit_days ORDER BY day");
        await using var row = await command.ExecuteReaderAsync(ct);
        List<(SealedDay, Signed, byte[])> days = [];
        while (await row.ReadAsync(ct))
        {
            var day = new SealedDay(row.GetFieldValue<DateOnly>(0), row.GetInt32(1), row.GetFieldValue<byte[]>(2),
                row.GetFieldValue<byte[]>(3), row.GetDateTime(4));
            days.Add((day, new(day.Text, row.GetString(5), row.GetFieldValue<byte[]>(6)), row.GetFieldValue<byte[]>(7)));
        }
        return days;
    }

    public static async Task Add(NpgsqlConnection connection, SealedDay day, Signed signed, CancellationToken ct)
    {
        await using var command = PostgresDatabase.Command(connection, """
            INSERT INTO audit_days (day, seals, root, previous, sealed_at, key_id, signature, head) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """, day.Day, day.Seals, day.Root, day.Previous, day.SealedAt, signed.KeyId, signed.Signature, signed.Head);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The day of the oldest seal, and today by the clock of the database; null when nothing is sealed.</summary>
    public static async Task<(DateOnly First, DateOnly Today)?> Span(PostgresDatabase database, CancellationToken ct)
    {
        await using var command = database.Command("SELECT min(sealed_at), now() FROM audit_seals");
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return row.IsDBNull(0) ? null : (DateOnly.FromDateTime(row.GetDateTime(0)), DateOnly.FromDateTime(row.GetDateTime(1)));
    }

    /// <summary>When the oldest seal was made that a place does not have and that is older than an age.</summary>
    public static async Task<DateTime?> OldestAfter(PostgresDatabase database, AnchoredUntil until, TimeSpan age, CancellationToken ct)
    {
        await using var command = database.Command("SELECT log, max(number) FROM audit_seals GROUP BY log");
        List<string> behind = [];
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                if (row.GetInt64(1) > until.Of(row.GetString(0)))
                    behind.Add(row.GetString(0));
            }
        }
        await using var oldest = database.Command("""
            SELECT min(sealed_at) FROM audit_seals JOIN unnest($1::text[], $2::bigint[]) AS place (log, number) USING (log)
             WHERE audit_seals.number > place.number AND sealed_at < now() - $3
            """, behind.ToArray(), behind.Select(until.Of).ToArray(), age);
        return await oldest.ExecuteScalarAsync(ct) as DateTime?;
    }

    /// <summary>Proofs of days, in order.</summary>
    public static async Task<IReadOnlyList<(DayProof Proof, Signed Signed, byte[] Head)>> Proofs(
        PostgresDatabase database, CancellationToken ct)
    {
        await using var command = database.Command(
            "SELECT number, day, kind, content, added_at, key_id, signature, head FROM audit_proofs ORDER BY number");
        await using var row = await command.ExecuteReaderAsync(ct);
        List<(DayProof, Signed, byte[])> proofs = [];
        while (await row.ReadAsync(ct))
        {
            var proof = new DayProof(row.GetInt64(0), row.GetFieldValue<DateOnly>(1), row.GetString(2), row.GetFieldValue<byte[]>(3),
                row.GetDateTime(4));
            proofs.Add((proof, new(proof.Text, row.GetString(5), row.GetFieldValue<byte[]>(6)), row.GetFieldValue<byte[]>(7)));
        }
        return proofs;
    }

    public static async Task Add(NpgsqlConnection connection, DayProof proof, Signed signed, CancellationToken ct)
    {
        await using var command = PostgresDatabase.Command(connection, """
            INSERT INTO audit_proofs (number, day, kind, content, added_at, key_id, signature, head) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """, proof.Number, proof.Day, proof.Kind, proof.Content, proof.AddedAt, signed.KeyId, signed.Signature, signed.Head);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Heads of the seals that were made on a day, one after another, ordered by log and number.</summary>
    public static async Task<byte[]> HeadsOf(PostgresDatabase database, DateOnly day, CancellationToken ct)
    {
        await using var command = database.Command("""
            SELECT coalesce(string_agg(head, ''::bytea ORDER BY log, number), ''::bytea) FROM audit_seals
             WHERE sealed_at >= $1::timestamp AT TIME ZONE 'UTC' AND sealed_at < ($1 + 1)::timestamp AT TIME ZONE 'UTC'
            """, day);
        return (byte[])(await command.ExecuteScalarAsync(ct))!;
    }

    private static (Seal Seal, Signed Signed) Read(NpgsqlDataReader row)
    {
        var seal = new Seal(row.GetString(0), row.GetInt64(1), row.GetDateTime(2), row.GetGuid(3), row.GetFieldValue<string[]>(4),
            row.GetInt32(5), row.GetFieldValue<byte[]>(6), row.GetFieldValue<byte[]>(7), row.GetDateTime(8));
        return (seal, new(seal.Text, row.GetString(9), row.GetFieldValue<byte[]>(10)));
    }
}
