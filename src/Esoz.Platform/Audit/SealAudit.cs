using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Audit;

/// <summary>
/// Seals what the logs have received: every minute the rows of ended transactions, after midnight the seals of the day (docs/adr/0031).
/// Writers do not know of it. One node does it at a time; what a killed one left undone, the next run does.
/// </summary>
public sealed class SealAudit(
    PostgresDatabase database, IReadOnlyList<SealedLog> logs, Func<AuditKey> openKey, AuditAnchors anchors, ILogger<SealAudit> log)
{
    /// <summary>Rows of one seal at most, which bounds the memory of sealing and verifying: 48 bytes for each.</summary>
    private const int MaxRows = 10_000;

    /// <summary>A log without changes gets an empty seal after this time, so that nobody can add an older row.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lazy<AuditKey> _key = new(openKey);
    private AnchoredUntil? _anchored;

    /// <summary>How far behind the clock the last seal stays at least.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(5);

    /// <returns>Number of rows that were sealed; 0 also when another node is sealing.</returns>
    public async Task<long> Run(CancellationToken ct)
    {
        await using var session = await database.OpenSession(ct);
        await using (var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtext('esoz.audit'))", session))
        {
            if (await command.ExecuteScalarAsync(ct) is false)
                return 0;
        }
        try
        {
            if (await FinishedTransactions.Instant(database, Settling, Patience, ct) is not { } instant)
            {
                log.LogInformation("The audit log is not sealed in this minute: a transaction of another role has not ended");
                return 0;
            }
            var now = await Now(ct);
            long rows = 0;
            foreach (var it in logs)
                rows += await Seal(it.Name, session, instant, now, ct);
            await SealDays(session, now, ct);
            await Anchor(now, ct);
            return rows;
        }
        finally
        {
            await session.Execute("SELECT pg_advisory_unlock_all()", CancellationToken.None);
        }
    }

    private async Task<long> Seal(string name, NpgsqlConnection session, DateTime instant, DateTime now, CancellationToken ct)
    {
        var columns = await LogRows.Columns(database, name, ct);
        if (columns.Count == 0)
            return 0;
        var last = await SealTable.Last(database, name, ct);
        var from = last is null ? LogPlace.Beginning : LogPlace.Of(last.Value.Seal.UntilAt, last.Value.Seal.UntilId);
        var until = LogPlace.Of(instant, Guid.Empty);
        if (until.CompareTo(from) <= 0)
            return 0;
        return await Task.Run(() => Seal(name, columns, session, last, from, until, now, ct), ct);
    }

    /// <summary>Blocks while it reads.</summary>
    private long Seal(string name, IReadOnlyList<string> columns, NpgsqlConnection session, (Seal Seal, Signed Signed)? last, LogPlace from,
        LogPlace until, DateTime now, CancellationToken ct)
    {
        var (number, previous) = last is { } before ? (before.Seal.Number, before.Signed.Head) : (0, new byte[MerkleTree.HashSize]);
        using var reader = database.OpenForBulk();
        using var leaves = new MemoryStream();
        var day = from;
        long rows = 0;
        foreach (var (place, hash) in LogRows.Read(reader, name, columns, from, until))
        {
            ct.ThrowIfCancellationRequested();
            // A seal has rows of one day only, so that a partition that is purged takes whole seals with it.
            var midnight = place.Day;
            if (midnight.CompareTo(day) > 0 && leaves.Length > 0)
                Add(midnight);
            day = midnight;
            if (leaves.Length == MaxRows * Audit.Seal.LeafSize)
                Add(place);
            leaves.Write(place.Id.ToByteArray(bigEndian: true));
            leaves.Write(hash);
            rows++;
        }
        if (leaves.Length > 0 || last is null || now - last.Value.Seal.SealedAt >= MaxAge)
            Add(until);
        return rows;

        void Add(LogPlace end)
        {
            var bytes = leaves.ToArray();
            var seal = new Seal(name, ++number, end.Instant, end.Id, columns, bytes.Length / Audit.Seal.LeafSize,
                MerkleTree.Root(bytes, Audit.Seal.LeafSize), previous, now);
            var signed = Sign(seal.Text);
            SealTable.Add(session, seal, bytes, signed);
            previous = signed.Head;
            leaves.SetLength(0);
        }
    }

    /// <summary>Days that have ended and have seals.</summary>
    private async Task SealDays(NpgsqlConnection session, DateTime now, CancellationToken ct)
    {
        var sealedDays = await SealTable.Days(database, ct);
        var previous = sealedDays is [.., var newest] ? newest.Signed.Head : new byte[MerkleTree.HashSize];
        await using var command = database.Command("""
            SELECT DISTINCT (sealed_at AT TIME ZONE 'UTC')::date AS day FROM audit_seals
             WHERE sealed_at >= $1::timestamp AT TIME ZONE 'UTC' AND sealed_at < $2::timestamp AT TIME ZONE 'UTC'
             ORDER BY day
            """, sealedDays is [.., var latest] ? latest.Day.Day.AddDays(1) : DateOnly.MinValue.AddYears(1), DateOnly.FromDateTime(now));
        List<DateOnly> due = [];
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
                due.Add(row.GetFieldValue<DateOnly>(0));
        }
        foreach (var day in due)
        {
            var heads = await SealTable.HeadsOf(database, day, ct);
            var made = new SealedDay(day, heads.Length / MerkleTree.HashSize, MerkleTree.Root(heads, MerkleTree.HashSize), previous, now);
            var signed = Sign(made.Text);
            await SealTable.Add(session, made, signed, ct);
            previous = signed.Head;
        }
    }

    /// <summary>Whatever is sealed and not yet in the directory, also what an earlier run or another process sealed.</summary>
    private async Task Anchor(DateTime now, CancellationToken ct)
    {
        _anchored ??= anchors.Last();
        List<Signed> pending = [];
        var last = new Dictionary<string, long>(_anchored.Numbers, StringComparer.Ordinal);
        var day = _anchored.Day;
        foreach (var (made, signed, _) in (await SealTable.Days(database, ct)).Where(it => it.Day.Day > _anchored.Day))
        {
            pending.Add(signed);
            day = made.Day;
        }
        foreach (var it in logs)
        {
            await foreach (var (seal, signed) in SealTable.After(database, it.Name, last.GetValueOrDefault(it.Name), ct))
            {
                pending.Add(signed);
                last[it.Name] = seal.Number;
            }
        }
        if (pending.Count == 0)
            return;
        await anchors.Add(pending, _key.Value, now, ct);
        _anchored = new(last, day);
    }

    private Signed Sign(string text)
    {
        var signed = new Signed(text, _key.Value.Id, []);
        return signed with { Signature = _key.Value.Sign(signed.Bytes) };
    }

    private async Task<DateTime> Now(CancellationToken ct)
    {
        await using var command = database.Command("SELECT now()");
        return (DateTime)(await command.ExecuteScalarAsync(ct))!;
    }
}
