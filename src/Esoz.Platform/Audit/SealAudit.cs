using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Audit;

/// <summary>
/// Seals what the logs have received: every minute the rows of ended transactions, after midnight the seals of the day (docs/adr/0031).
/// Writers do not know of it. One node does it at a time; what a killed one left undone, the next run does.
/// </summary>
/// <param name="anchors">Places of the copies; one that is out of reach delays neither the seals nor the other places.</param>
/// <param name="authority">Stamps every day; null = none.</param>
public sealed class SealAudit(
    PostgresDatabase database, IReadOnlyList<SealedLog> logs, Func<AuditKey> openKey, IReadOnlyList<AuditAnchors> anchors,
    TimestampAuthority? authority, DayProofCheck proofs, ILogger<SealAudit> log)
{
    /// <summary>Copies of one addition to a place.</summary>
    private const int MaxCopies = 1_000;

    /// <summary>Days that one run has stamped, so that a long catching up does not hold up the seals.</summary>
    private const int MaxStamps = 20;

    /// <summary>Rows of one seal at most, which bounds the memory of sealing and verifying: 48 bytes for each.</summary>
    private const int MaxRows = 10_000;

    /// <summary>A log without changes gets an empty seal after this time, so that nobody can add an older row.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lazy<AuditKey> _key = new(openKey);
    private readonly Dictionary<AuditAnchors, AnchoredUntil> _anchored = [];

    /// <summary>How far behind the clock the last seal stays at least.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Told how far it has come; null = nobody is.</summary>
    public AuditMetrics? Metrics { get; init; }

    /// <summary>Added to the clock of the database: a test of days does not wait for them.</summary>
    public TimeSpan Ahead { get; init; }

    /// <returns>Number of rows that were sealed; 0 also when another node is sealing.</returns>
    /// <exception cref="IOException">Everything is sealed, but a place has not got its copies.</exception>
    public async Task<long> Run(CancellationToken ct)
    {
        return await Alone(SealAll, ct);

        async Task<long> SealAll(NpgsqlConnection session)
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
            Metrics?.SealedUntil(instant);
            await SealDays(session, now, ct);
            var missed = await Anchor(now, ct);
            if (await Stamp(session, now, ct))
                missed = await Anchor(now, ct);
            return missed is null ? rows : throw missed;
        }
    }

    /// <summary>The JSON that an operator signs; null when the day is not sealed.</summary>
    public async Task<string?> ToSign(DateOnly day, CancellationToken ct) =>
        (await SealTable.Days(database, ct)).SingleOrDefault(it => it.Day.Day == day).Day?.ToSign;

    /// <summary>Keeps the signature of an operator on a sealed day.</summary>
    /// <param name="container">CMS with the JSON of <see cref="ToSign"/>.</param>
    /// <returns>Why it proves nothing about the day; null when it is kept.</returns>
    /// <exception cref="IOException">It is kept, but a place has not got its copy.</exception>
    public async Task<string?> AddSignature(DateOnly day, byte[] container, CancellationToken ct)
    {
        if ((await SealTable.Days(database, ct)).SingleOrDefault(it => it.Day.Day == day).Day is not { } of)
            return "the day is not sealed";
        if (proofs.Fault(of, DayProofKind.Signature, container) is { } fault)
            return fault;
        await Alone(Keep, ct, waits: true);
        return null;

        async Task<long> Keep(NpgsqlConnection session)
        {
            var now = await Now(ct);
            await Add(session, day, DayProofKind.Signature, container, now, ct);
            return await Anchor(now, ct) is { } missed ? throw missed : 0;
        }
    }

    /// <param name="waits">For another node that is at work; otherwise 0 is the answer then.</param>
    private async Task<long> Alone(Func<NpgsqlConnection, Task<long>> work, CancellationToken ct, bool waits = false)
    {
        await using var session = await database.OpenSession(ct);
        var locks = new NpgsqlCommand(waits ? "SELECT pg_advisory_lock(hashtext('esoz.audit'))"
            : "SELECT pg_try_advisory_lock(hashtext('esoz.audit'))", session);
        if (await locks.ReadValue<object>(ct) is false)
            return 0;
        try
        {
            return await work(session);
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
        var due = await database.Command("""
            SELECT DISTINCT (sealed_at AT TIME ZONE 'UTC')::date AS day FROM audit_seals
             WHERE sealed_at >= $1::timestamp AT TIME ZONE 'UTC' AND sealed_at < $2::timestamp AT TIME ZONE 'UTC'
             ORDER BY day
            """, sealedDays is [.., var latest] ? latest.Day.Day.AddDays(1) : DateOnly.MinValue.AddYears(1), DateOnly.FromDateTime(now))
            .ReadAll(row => row.GetFieldValue<DateOnly>(0), ct);
        foreach (var day in due)
        {
            var heads = await SealTable.HeadsOf(database, day, ct);
            var made = new SealedDay(day, heads.Length / MerkleTree.HashSize, MerkleTree.Root(heads, MerkleTree.HashSize), previous, now);
            var signed = Sign(made.Text);
            await SealTable.Add(session, made, signed, ct);
            previous = signed.Head;
        }
    }

    /// <summary>Copies to every place what it does not have, also what an earlier run or another process sealed.</summary>
    /// <returns>What to report of places that could not be written; null when all were.</returns>
    private async Task<IOException?> Anchor(DateTime now, CancellationToken ct)
    {
        if (await SealTable.Span(database, ct) is not var (first, _))
            return null;
        List<(string Place, Exception Fault)> missed = [];
        foreach (var place in anchors)
        {
            Metrics?.Known(place);
            try
            {
                if (!_anchored.TryGetValue(place, out var until))
                    _anchored[place] = until = await place.Last(first, DateOnly.FromDateTime(now), ct);
                foreach (var (part, copies) in (await Missing(until, ct)).Chunk(MaxCopies).Index())
                {
                    await place.Add(copies, until, _key.Value, now, part, ct);
                    foreach (var copy in copies)
                        until.Take(copy);
                }
                Metrics?.Anchored(place, now);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                missed.Add((place.Place, fault));
            }
        }
        return missed is [] ? null : new("The audit log is sealed, but the seals are not copied to "
            + $"{string.Join(", nor to ", missed.Select(it => $"{it.Place} ({AuditAnchors.Reason(it.Fault)})"))}; the next run does it.",
            new AggregateException(missed.Select(it => it.Fault)));
    }

    private async Task<IReadOnlyList<Signed>> Missing(AnchoredUntil until, CancellationToken ct)
    {
        List<Signed> missing = [];
        missing.AddRange((await SealTable.Days(database, ct))
            .Where(it => it.Day.Day.DayNumber > until.Of(AnchorName.Days)).Select(it => it.Signed));
        foreach (var it in logs)
        {
            await foreach (var (_, signed) in SealTable.After(database, it.Name, until.Of(it.Name), ct))
                missing.Add(signed);
        }
        missing.AddRange((await SealTable.Proofs(database, ct))
            .Where(it => it.Proof.Number > until.Of(AnchorName.Proofs)).Select(it => it.Signed));
        return missing;
    }

    /// <summary>Has the days stamped that have no time stamp yet, the oldest first; what fails is tried again in the next run.</summary>
    /// <returns>Whether there are new ones.</returns>
    private async Task<bool> Stamp(NpgsqlConnection session, DateTime now, CancellationToken ct)
    {
        if (authority is null)
            return false;
        var stamped = (await SealTable.Proofs(database, ct)).Where(it => it.Proof.Kind == DayProofKind.Timestamp)
            .Select(it => it.Proof.Day).ToHashSet();
        var isNew = false;
        foreach (var (day, signed, _) in (await SealTable.Days(database, ct)).Where(it => !stamped.Contains(it.Day.Day)).Take(MaxStamps))
        {
            string? fault;
            byte[] token = [];
            try
            {
                token = await authority.Stamp(signed.Head, ct);
                fault = proofs.Fault(day, DayProofKind.Timestamp, token);
            }
            catch (TimestampException refused)
            {
                fault = refused.Message;
            }
            if (fault is not null)
            {
                log.LogWarning("The audit log of {Day} has no time stamp of {Authority} yet: {Fault}", day.Day, authority.Url, fault);
                break;
            }
            await Add(session, day.Day, DayProofKind.Timestamp, token, now, ct);
            isNew = true;
        }
        return isNew;
    }

    private async Task Add(NpgsqlConnection session, DateOnly day, string kind, byte[] content, DateTime now, CancellationToken ct)
    {
        var number = await SealTable.Proofs(database, ct) is [.., var last] ? last.Proof.Number : 0;
        var proof = new DayProof(number + 1, day, kind, content, now);
        await SealTable.Add(session, proof, Sign(proof.Text), ct);
    }

    private Signed Sign(string text)
    {
        var signed = new Signed(text, _key.Value.Id, []);
        return signed with { Signature = _key.Value.Sign(signed.Bytes) };
    }

    private async Task<DateTime> Now(CancellationToken ct)
    {
        await using var command = database.Command("SELECT now()");
        return (DateTime)(await command.ExecuteScalarAsync(ct))! + Ahead;
    }
}
