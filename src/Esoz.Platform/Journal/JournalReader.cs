using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Journal;

/// <summary>A row of the access journal as stored.</summary>
public sealed record JournalEntry : JournalRow
{
    [JsonPropertyOrder(-2)]
    public required Guid Id { get; init; }

    [JsonPropertyOrder(-1)]
    public required DateTime At { get; init; }
}

/// <summary>Which rows of the access journal; what is null or empty is not asked for.</summary>
public sealed record JournalFilter
{
    /// <summary>Rows that have one of these ids.</summary>
    public IReadOnlyList<Guid> ObjectIds { get; init; } = [];
    public Guid? UserId { get; init; }

    /// <summary>Client of the token or owner of the api-key.</summary>
    public Guid? ClientId { get; init; }
    public string? RequestId { get; init; }
    public DateTime? Since { get; init; }

    /// <summary>Exclusive; null = now.</summary>
    public DateTime? Until { get; init; }
    public bool OnlyRefused { get; init; }

    /// <summary>How many rows of a day at most; null = all.</summary>
    public int? DailyLimit { get; init; }
}

/// <summary>Reads the access journal, one day at a time: a query over all days would lock all partitions.</summary>
public sealed class JournalReader(PostgresDatabase database)
{
    /// <param name="newestFirst">The other order is that of the requests.</param>
    public async IAsyncEnumerable<JournalEntry> Read(
        JournalFilter filter, bool newestFirst, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await database.OpenSession(ct);
        // With its values the statement uses the index of what is asked for, and locks one partition.
        await connection.Execute("SET plan_cache_mode = force_custom_plan", ct);
        var (first, last) = await Bounds(connection, ct);
        var (since, until) = (Later(filter.Since, first), Earlier(filter.Until, last));
        foreach (var (from, to) in Days(since, until, newestFirst))
        {
            await using var command = PostgresDatabase.Command(connection, newestFirst ? NewestFirst : OldestFirst, from, to,
                filter.ObjectIds.ToArray(), filter.UserId, filter.ClientId, filter.RequestId, filter.OnlyRefused, filter.DailyLimit);
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
                yield return EntryOf(row);
        }
    }

    /// <summary>The first day of which there are rows, and an instant after everything that is written.</summary>
    private static async Task<(DateTime First, DateTime Last)> Bounds(NpgsqlConnection connection, CancellationToken ct)
    {
        var (first, last) = await PostgresDatabase.Command(connection, """
            SELECT least((SELECT min(to_date(right(relname, 10), 'YYYY_MM_DD'))
                            FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
                           WHERE inhparent = 'access_journal'::regclass AND relname <> 'access_journal_default')::timestamp AT TIME ZONE 'UTC',
                         now()),
                   clock_timestamp()
            """).ReadOne(row => (row.GetDateTime(0), row.GetDateTime(1)), ct);
        // Rows of before are in the default partition. It is read through the journal: only the owner may read a partition by its name.
        var early = await PostgresDatabase.Command(connection, "SELECT min(inserted_at) FROM access_journal WHERE inserted_at < $1", first)
            .ReadValue<DateTime?>(ct);
        return (early ?? first, last);
    }

    private static List<(DateTime From, DateTime To)> Days(DateTime since, DateTime until, bool newestFirst)
    {
        var days = new List<(DateTime From, DateTime To)>();
        for (var from = since; from < until; from = days[^1].To)
            days.Add((from, Earlier(from.Date.AddDays(1), until)));
        if (newestFirst)
            days.Reverse();
        return days;
    }

    private static DateTime Later(DateTime? wanted, DateTime bound) => wanted > bound ? wanted.Value : bound;

    private static DateTime Earlier(DateTime? wanted, DateTime bound) => wanted < bound ? wanted.Value : bound;

    private static JournalEntry EntryOf(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        At = row.GetDateTime(1),
        ClientId = row.Id(2),
        UserId = row.Id(3),
        ConnectionId = row.Id(4),
        ConnectionClientId = row.Id(5),
        MethodId = row.GetString(6),
        ObjectIds = row.GetFieldValue<Guid[]>(7),
        PersonId = row.Id(8),
        PartyId = row.Id(9),
        Status = row.GetInt32(10),
        Rule = row.Text(11),
        Code = row.Text(12),
        Seen = row.Text(13),
        RequestId = row.GetString(14),
        Address = row.Text(15),
    };

    private const string Wanted = """
        SELECT id, inserted_at, client_id, user_id, connection_id, connection_client_id, method_id, object_ids, person_id, party_id,
               status, rule, code, seen, request_id, address
          FROM access_journal
         WHERE inserted_at >= $1 AND inserted_at < $2
           AND ($3::uuid[] = '{}' OR object_ids && $3)
           AND ($4::uuid IS NULL OR user_id = $4)
           AND ($5::uuid IS NULL OR client_id = $5 OR connection_client_id = $5)
           AND ($6::text IS NULL OR request_id = $6)
           AND (NOT $7 OR code IS NOT NULL)
        """;

    private const string OldestFirst = $"{Wanted} ORDER BY inserted_at, id LIMIT $8::bigint";
    private const string NewestFirst = $"{Wanted} ORDER BY inserted_at DESC, id DESC LIMIT $8::bigint";
}
