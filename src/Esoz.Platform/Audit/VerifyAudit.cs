using System.Globalization;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Audit;

/// <summary>What is wrong with a log.</summary>
/// <param name="Log">Table; <c>days</c> for the Merkle trees of days.</param>
/// <param name="Seal">Number of the seal, or null.</param>
/// <param name="Row">Id of the row, or null.</param>
public sealed record AuditFinding(string Log, long? Seal, Guid? Row, string Found)
{
    public override string ToString() =>
        $"{Log}{(Seal is null ? "" : $", seal {Seal}")}{(Row is null ? "" : $", row {Row}")}: {Found}";
}

/// <summary>Result for one log.</summary>
/// <param name="Rows">Rows that are as they were sealed.</param>
/// <param name="Unsealed">Rows since the last seal, which nothing is known about.</param>
/// <param name="Purged">Rows that were removed after the time for which the log is kept.</param>
/// <param name="SealedUntil">Null = nothing is sealed.</param>
public sealed record VerifiedLog(string Log, long Seals, long Rows, long Unsealed, long Purged, DateTime? SealedUntil);

/// <param name="Stamps">Time stamps of days.</param>
/// <param name="Signatures">Signatures of operators on days.</param>
/// <param name="Anchored">Copies that were compared.</param>
public sealed record AuditVerdict(
    IReadOnlyList<VerifiedLog> Logs, int Days, int Stamps, int Signatures, int Anchored, IReadOnlyList<AuditFinding> Findings);

/// <summary>
/// Compares the logs with their seals, the seals with each other, with their signatures and with the anchors. Only reads.
/// </summary>
/// <param name="keys">Keys that are trusted; those beside the anchors are added.</param>
public sealed class VerifyAudit(PostgresDatabase database, IReadOnlyList<SealedLog> logs, AuditKeys keys,
    IReadOnlyList<AuditAnchors> anchors, DayProofCheck check)
{
    private readonly List<AuditFinding> _findings = [];
    private Action<string, long>? _watch;

    /// <param name="watch">Is told after each seal: the log, and the number of the seal.</param>
    public async Task<AuditVerdict> Run(CancellationToken ct, Action<string, long>? watch = null)
    {
        _watch = watch;
        var anchored = await ReadAnchors(ct);
        foreach (var pem in anchored.SelectMany(place => place.Keys))
            keys.Add(pem);
        foreach (var fault in anchored.SelectMany(place => place.Faults))
            Add("anchors", null, null, fault);

        Dictionary<(string Log, long Number), byte[]> heads = [];
        List<VerifiedLog> verified = [];
        foreach (var log in logs)
        {
            if (await Columns(log, ct) is { Count: > 0 } columns)
                verified.Add(await Verify(log, columns, heads, ct));
        }
        var days = await VerifyDays(heads, ct);
        var kinds = await VerifyProofs(days, heads, ct);
        // The same seal may be in several places.
        var seals = anchored.SelectMany(place => place.Seals)
            .DistinctBy(seal => (seal.Text, seal.KeyId, Convert.ToBase64String(seal.Signature))).ToList();
        foreach (var seal in seals)
            Compare(seal, heads);
        if (keys.IsEmpty && heads.Count > 0)
            Add("anchors", null, null, "no public key is known, so no signature was checked: name the directory of the anchors");
        return new(verified, days.Count, kinds.Count(kind => kind == DayProofKind.Timestamp),
            kinds.Count(kind => kind == DayProofKind.Signature), seals.Count, _findings);
    }

    private async Task<IReadOnlyList<AnchoredSeals>> ReadAnchors(CancellationToken ct)
    {
        List<AnchoredSeals> read = [];
        foreach (var place in anchors)
        {
            try
            {
                read.Add(await place.Read(ct));
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                Add("anchors", null, null, $"{place.Place} cannot be read: {AuditAnchors.Reason(fault)}");
            }
        }
        return read;
    }

    /// <summary>A log that is gone with its seals in place must not count as one that never was.</summary>
    private async Task<IReadOnlyList<string>> Columns(SealedLog log, CancellationToken ct)
    {
        var columns = await LogRows.Columns(database, log.Name, ct);
        if (columns.Count == 0 && await SealTable.Last(database, log.Name, ct) is not null)
            Add(log.Name, null, null, "has seals, but the table is gone");
        return columns;
    }

    private async Task<VerifiedLog> Verify(
        SealedLog log, IReadOnlyList<string> present, Dictionary<(string, long), byte[]> heads, CancellationToken ct)
    {
        await using var sealReader = await database.OpenSession(ct);
        var purgedBefore = log.Kept is { } kept ? DateTime.UtcNow - kept : DateTime.MinValue;
        var (counted, last) = await Task.Run(() =>
        {
            using var rowReader = database.OpenForBulk();
            using var rows = new RowCursor(rowReader, log.Name);
            var result = new Counts();
            Seal? before = null;
            var head = new byte[MerkleTree.HashSize];
            foreach (var (seal, signed, stored, leaves) in SealTable.All(sealReader, log.Name))
            {
                ct.ThrowIfCancellationRequested();
                VerifySeal(seal, signed, stored, leaves, before, head);
                heads[(log.Name, seal.Number)] = stored;
                if (seal.Columns.Except(present).ToList() is { Count: > 0 } gone)
                    Add(log.Name, seal.Number, null, $"the columns {string.Join(", ", gone)} are gone");
                else
                    CompareRows(seal, leaves, rows, purgedBefore, result);
                result.Seals++;
                _watch?.Invoke(log.Name, seal.Number);
                (before, head) = (seal, signed.Head);
            }
            return (result, before);
        }, ct);
        var from = last is null ? LogPlace.Beginning : LogPlace.Of(last.UntilAt, last.UntilId);
        return new(log.Name, counted.Seals, counted.Good, await LogRows.Count(database, log.Name, from, ct), counted.Purged, last?.UntilAt);
    }

    private void VerifySeal(Seal seal, Signed signed, byte[] stored, byte[] leaves, Seal? before, byte[] headBefore)
    {
        var expected = (before?.Number ?? 0) + 1;
        if (seal.Number != expected)
            Add(seal.Log, seal.Number, null, $"seals {expected} to {seal.Number - 1} are gone");
        if (!seal.Previous.AsSpan().SequenceEqual(headBefore))
            Add(seal.Log, seal.Number, null, "does not follow the seal before it");
        if (before is not null && LogPlace.Of(seal.UntilAt, seal.UntilId).CompareTo(LogPlace.Of(before.UntilAt, before.UntilId)) < 0)
            Add(seal.Log, seal.Number, null, "ends before the seal before it");
        if (leaves.Length != seal.Rows * Seal.LeafSize || !MerkleTree.Root(leaves, Seal.LeafSize).AsSpan().SequenceEqual(seal.Root))
            Add(seal.Log, seal.Number, null, "the hashes of its rows were changed");
        if (!signed.Head.AsSpan().SequenceEqual(stored))
            Add(seal.Log, seal.Number, null, "was changed: its head is not that of its contents");
        if (!keys.IsEmpty && keys.Fault(signed) is { } fault)
            Add(seal.Log, seal.Number, null, fault);
    }

    private void CompareRows(Seal seal, byte[] leaves, RowCursor rows, DateTime purgedBefore, Counts counts)
    {
        Dictionary<Guid, byte[]> missing = [];
        for (var at = 0; at + Seal.LeafSize <= leaves.Length; at += Seal.LeafSize)
            missing[new Guid(leaves.AsSpan(at, 16), bigEndian: true)] = leaves[(at + 16)..(at + Seal.LeafSize)];
        var expected = missing.Count;
        foreach (var (place, hash) in rows.Until(seal))
        {
            if (!missing.Remove(place.Id, out var known))
                Add(seal.Log, seal.Number, place.Id, $"was added, with the time {place}");
            else if (!known.AsSpan().SequenceEqual(hash))
                Add(seal.Log, seal.Number, place.Id, "was changed");
            else
                counts.Good++;
        }
        if (missing.Count == 0)
            return;
        if (missing.Count == expected && seal.UntilAt < purgedBefore)
            counts.Purged += expected;
        else if (missing.Count == expected && expected > 1)
            Add(seal.Log, seal.Number, null, $"all its {expected} rows are gone, the last of {Seal.Instant(seal.UntilAt)}");
        else
        {
            foreach (var id in missing.Keys)
                Add(seal.Log, seal.Number, id, "is gone");
        }
    }

    private async Task<IReadOnlyDictionary<DateOnly, SealedDay>> VerifyDays(
        Dictionary<(string, long), byte[]> heads, CancellationToken ct)
    {
        Dictionary<DateOnly, SealedDay> days = [];
        var head = new byte[MerkleTree.HashSize];
        foreach (var (day, signed, stored) in await SealTable.Days(database, ct))
        {
            var seals = await SealTable.HeadsOf(database, day.Day, ct);
            var name = Name(day.Day);
            if (!day.Previous.AsSpan().SequenceEqual(head))
                Add("days", null, null, $"{name} does not follow the day before it");
            if (seals.Length != day.Seals * MerkleTree.HashSize
                || !MerkleTree.Root(seals, MerkleTree.HashSize).AsSpan().SequenceEqual(day.Root))
                Add("days", null, null, $"the seals of {name} are not those that it was made of");
            if (!signed.Head.AsSpan().SequenceEqual(stored))
                Add("days", null, null, $"{name} was changed: its head is not that of its contents");
            if (!keys.IsEmpty && keys.Fault(signed) is { } fault)
                Add("days", null, null, $"{name} {fault}");
            heads[(AnchorName.Days, day.Day.DayNumber)] = stored;
            days[day.Day] = day;
            head = signed.Head;
        }
        return days;
    }

    /// <returns>Kind of each proof.</returns>
    private async Task<IReadOnlyList<string>> VerifyProofs(
        IReadOnlyDictionary<DateOnly, SealedDay> days, Dictionary<(string, long), byte[]> heads, CancellationToken ct)
    {
        List<string> kinds = [];
        long last = 0;
        foreach (var (proof, signed, stored) in await SealTable.Proofs(database, ct))
        {
            var name = Name(proof);
            if (proof.Number != last + 1)
                Add("days", null, null, $"the proofs {last + 1} to {proof.Number - 1} are gone");
            if (!signed.Head.AsSpan().SequenceEqual(stored))
                Add("days", null, null, $"{name} was changed: its head is not that of its contents");
            if (!keys.IsEmpty && keys.Fault(signed) is { } forged)
                Add("days", null, null, $"{name} {forged}");
            if (!days.TryGetValue(proof.Day, out var day))
                Add("days", null, null, $"{name} is of a day that is gone");
            else if (check.Fault(day, proof.Kind, proof.Content) is { } fault)
                Add("days", null, null, $"{name} proves nothing: {fault}");
            heads[(AnchorName.Proofs, proof.Number)] = stored;
            kinds.Add(proof.Kind);
            last = proof.Number;
        }
        return kinds;
    }

    /// <summary>Whether the database still has an anchored seal, unchanged.</summary>
    private void Compare(Signed anchor, Dictionary<(string Kind, long Number), byte[]> heads)
    {
        if (AnchorName.Of(anchor.Text) is not var (kind, number))
        {
            Add("anchors", null, null, "an anchored text is no seal");
            return;
        }
        if (kind == AnchorName.Days)
            Judge("days", null, Name(DateOnly.FromDayNumber((int)number)));
        else if (kind == AnchorName.Proofs)
            Judge("days", null, $"proof {number}");
        else
            Judge(kind, number, $"seal {number}");

        void Judge(string of, long? seal, string name)
        {
            var head = heads.GetValueOrDefault((kind, number));
            if (!keys.IsEmpty && keys.Fault(anchor) is { } fault)
                Add(of, seal, null, $"the anchor of {name} {fault}");
            else if (head is null)
                Add(of, seal, null, $"{name} was anchored, but is not in the database: rows were removed, or an older backup was restored");
            else if (!anchor.Head.AsSpan().SequenceEqual(head))
                Add(of, seal, null, $"{name} in the database is not the one that was anchored");
        }
    }

    private void Add(string log, long? seal, Guid? row, string found) => _findings.Add(new(log, seal, row, found));

    private static string Name(DayProof proof) =>
        $"the {(proof.Kind == DayProofKind.Timestamp ? "time stamp" : "signature")} of {Name(proof.Day)}";

    private static string Name(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed class Counts
    {
        public long Seals { get; set; }
        public long Good { get; set; }
        public long Purged { get; set; }
    }

    /// <summary>
    /// Rows of a log in their order, as far as the seals go. It reads one month at a time, so that PostgreSQL sorts no more than that.
    /// </summary>
    private sealed class RowCursor(NpgsqlConnection connection, string log) : IDisposable
    {
        private IEnumerator<(LogPlace Place, byte[] Hash)>? _rows;
        private IReadOnlyList<string> _columns = [];
        private LogPlace _from = LogPlace.Beginning;
        private LogPlace _until = LogPlace.Beginning;
        private bool _hasRow;

        /// <summary>The rows of the next seal, hashed over its columns.</summary>
        public IEnumerable<(LogPlace Place, byte[] Hash)> Until(Seal seal)
        {
            var end = LogPlace.Of(seal.UntilAt, seal.UntilId);
            if (!seal.Columns.SequenceEqual(_columns, StringComparer.Ordinal))
            {
                // Rows from here on are read again with other columns.
                Close();
                (_columns, _until) = (seal.Columns, _from);
            }
            while (_from.CompareTo(end) < 0)
            {
                if (_rows is null)
                {
                    _until = MonthAfter(_from, end);
                    _rows = LogRows.Read(connection, log, _columns, _from, _until).GetEnumerator();
                    _hasRow = _rows.MoveNext();
                }
                while (_hasRow && _rows.Current.Place.CompareTo(end) < 0)
                {
                    yield return _rows.Current;
                    _hasRow = _rows.MoveNext();
                }
                if (_hasRow)
                {
                    _from = end;
                    yield break;
                }
                // To its end: what comes next begins where this month ends, or where the seal does.
                _from = _until.CompareTo(end) < 0 ? _until : end;
                if (_until.CompareTo(end) <= 0)
                    Close();
                else
                    yield break;
            }
        }

        public void Dispose() => Close();

        private void Close()
        {
            _rows?.Dispose();
            _rows = null;
            _hasRow = false;
        }

        /// <summary>The beginning of the month after a place; from the beginning of time to the first seal it is one piece.</summary>
        private static LogPlace MonthAfter(LogPlace from, LogPlace end)
        {
            if (from.At == long.MinValue)
                return end;
            var at = from.Instant;
            var month = new DateTime(at.Year, at.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1);
            return LogPlace.Of(month, Guid.Empty);
        }
    }
}
