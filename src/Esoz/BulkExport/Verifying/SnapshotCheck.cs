using System.Security.Cryptography;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Compression;
using Esoz.Platform.Storage;

namespace Esoz.BulkExport.Verifying;

/// <summary>
/// Checks one stored snapshot against its manifest. Windows are read for their digests only: a window equal to the beginning of the full
/// set, up to the end of a record, is an array of as many records, and windows of growing length are nested.
/// </summary>
/// <param name="writtenAt">When the manifest was stored.</param>
internal sealed class SnapshotCheck(
    IObjectStore store, Bucket bucket, BulkResource resource, SnapshotManifest manifest, DateTimeOffset writtenAt)
{
    private const int PieceLength = 256 * 1024;

    private readonly List<string> _findings = [];
    private readonly List<WindowFacts> _windows = [];
    private readonly Dictionary<int, int> _windowRows = [];
    private int _rows;

    public SnapshotManifest Manifest => manifest;

    public DateTimeOffset WrittenAt => writtenAt;

    /// <summary>Whether the manifest lists a full set and every window, once each.</summary>
    public bool IsListed { get; } =
        manifest.Files is { } files && files.Count == manifest.MaxDepth + 1L
        && files.Select((file, i) => file?.Depth == (i < manifest.MaxDepth ? i + 1 : null)).All(isInPlace => isInPlace);

    /// <summary>Whether every record of the full set was read.</summary>
    public bool IsReadable { get; private set; }

    /// <summary>Keys of the removed records; null when their file cannot be read, or an earlier version built the snapshot.</summary>
    public IReadOnlySet<Digest128>? Removed { get; private set; }

    public SnapshotVerdict Verdict =>
        new(resource.Name, manifest.Generation, manifest.SnapshotAt, IsListed ? Files.Count : 0, _rows, _findings);

    /// <summary>Every file that the manifest lists.</summary>
    private IReadOnlyList<SnapshotWindow> Files => manifest.Removed is { } removed ? [.. manifest.Files, removed] : manifest.Files;

    /// <summary>Number of files to be read.</summary>
    public int Steps => IsListed ? Files.Count : 0;

    private string Prefix => $"{resource.Name}/{manifest.Generation}";

    /// <summary>Rows of a valid window; null when it is not valid.</summary>
    public int? RowsOf(int depth) => _windowRows.TryGetValue(depth, out var rows) ? rows : null;

    /// <summary>Reads every file.</summary>
    /// <param name="objects">Names of the objects stored next to the manifest.</param>
    /// <param name="fileDone">Called after each file.</param>
    /// <returns>The records of the full set; complete when <see cref="IsReadable"/>.</returns>
    public async Task<SnapshotIndex> Run(IEnumerable<string> objects, Action fileDone, CancellationToken ct)
    {
        var index = new SnapshotIndex();
        if (!IsListed)
        {
            _findings.Add("manifest.json does not list one full set and the windows of 1 day to max_depth");
            return index;
        }
        _findings.AddRange(objects.Except(Files.Select(file => file.File)).Select(name => $"{name} is not part of the generation"));
        foreach (var window in manifest.Files)
        {
            await (window.Depth is { } depth ? ReadWindow(depth, window, ct) : ReadFull(window, index, ct));
            fileDone();
        }
        CompareWindows();
        index.Complete();
        if (manifest.Removed is { } removed)
        {
            await ReadRemovals(removed, index, ct);
            fileDone();
        }
        if (manifest.Key is not null && index.Repeated > 0)
            _findings.Add(
                $"{index.Repeated} records have a duplicate key: {string.Join(", ", (await KeyTexts(index.SomeRepeated, ct)).Values)}");
        return index;
    }

    /// <summary>Reads every record of the full set a second time.</summary>
    /// <exception cref="InvalidDataException">The content has changed since the first read.</exception>
    public async Task ReadAgain(Action<SnapshotRecordReader> each, CancellationToken ct)
    {
        await using var file = await Open(manifest.Window(null).File, ct) ?? throw new InvalidDataException("it was removed during verification");
        using var records = new SnapshotRecordReader(file, manifest.Key);
        await records.Begin(ct);
        while (await records.Next(ct))
            each(records);
    }

    /// <summary>Human-readable keys.</summary>
    public async Task<Dictionary<Digest128, string>> KeyTexts(IEnumerable<Digest128> keys, CancellationToken ct)
    {
        var wanted = keys.ToHashSet();
        var texts = new Dictionary<Digest128, string>();
        if (wanted.Count == 0)
            return texts;
        await ReadAgain(record =>
        {
            var key = record.KeyDigest;
            if (wanted.Contains(key))
                texts.TryAdd(key, record.KeyText);
        }, ct);
        return texts;
    }

    private Task ReadWindow(int depth, SnapshotWindow window, CancellationToken ct) => Read(window, async file =>
    {
        using var plain = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceLength];
        int read;
        while ((read = await file.Read(piece, ct)) > 0)
            plain.AppendData(piece.AsSpan(0, read));
        var sha256 = Convert.ToHexStringLower(plain.GetHashAndReset());
        _windows.Add(new(depth, file.PlainBytes, sha256));
        ComparePlain(window, file.PlainBytes, sha256);
    }, unreadable: null, ct);

    private Task ReadFull(SnapshotWindow full, SnapshotIndex index, CancellationToken ct) => Read(full, async file =>
    {
        using var records = new SnapshotRecordReader(file, manifest.Key);
        var ends = new Queue<WindowFacts>(_windows.OrderBy(window => window.PlainBytes));
        index.Expect(full.Rows);
        await records.Begin(ct);
        CheckPrefixes(ends, records);
        while (await records.Next(ct))
        {
            index.Add(records.KeyDigest, records.RecordDigest);
            CheckPrefixes(ends, records);
        }
        (_rows, IsReadable) = (records.Rows, true);
        ComparePlain(full, file.PlainBytes, records.PlainSha256);
        CompareLines(full, records.LinesSha256);
        Compare(full.File, "rows", full.Rows, records.Rows);
    }, unreadable: () => _rows = index.Count, ct);

    /// <summary>The removals, none of which the full set may have.</summary>
    private Task ReadRemovals(SnapshotWindow removed, SnapshotIndex index, CancellationToken ct) => Read(removed, async file =>
    {
        using var records = new SnapshotRecordReader(file, BulkResource.RemovalMembers[0].Name);
        var removals = new HashSet<Digest128>();
        var (present, shown) = (0, new List<string>());
        await records.Begin(ct);
        while (await records.Next(ct))
        {
            removals.Add(records.KeyDigest);
            if (index.Find(records.KeyDigest) < 0)
                continue;
            present++;
            if (shown.Count < SnapshotDifference.Shown)
                shown.Add(records.KeyText);
        }
        ComparePlain(removed, file.PlainBytes, records.PlainSha256);
        CompareLines(removed, records.LinesSha256);
        Compare(removed.File, "rows", removed.Rows, records.Rows);
        if (present > 0)
            _findings.Add($"{removed.File} has {present} records that the full set has too ({string.Join(", ", shown)})");
        Removed = removals;
    }, unreadable: null, ct);

    /// <summary>Reads a file, and compares its stored bytes with the manifest in any case.</summary>
    private async Task Read(SnapshotWindow stated, Func<GzipMemberReader, Task> read, Action? unreadable, CancellationToken ct)
    {
        await using var file = await Open(stated.File, ct);
        if (file is null)
        {
            _findings.Add($"{stated.File} is missing");
            return;
        }
        try
        {
            await read(file);
        }
        catch (InvalidDataException fault)
        {
            unreadable?.Invoke();
            _findings.Add($"{stated.File} cannot be read: {fault.Message}");
        }
        await CompareStored(stated, file, ct);
    }

    /// <summary>Compares the windows that are as long as the full set up to this record with it.</summary>
    private void CheckPrefixes(Queue<WindowFacts> ends, SnapshotRecordReader records)
    {
        while (ends.TryPeek(out var window) && window.PlainBytes <= records.Position + 1)
        {
            ends.Dequeue();
            if (window.PlainBytes == records.Position + 1 && window.PlainSha256 == records.PlainSha256)
            {
                _windowRows[window.Depth] = records.Rows;
                CompareLines(manifest.Window(window.Depth), records.LinesSha256);
            }
        }
    }

    private void CompareWindows()
    {
        if (!IsReadable)
            return;
        var former = 0;
        foreach (var window in manifest.Files.SkipLast(1))
        {
            if (RowsOf(window.Depth!.Value) is { } rows)
            {
                Compare(window.File, "rows", window.Rows, rows);
                if (rows < former)
                    _findings.Add($"{window.File} has fewer rows than the next shorter window");
                former = rows;
            }
            else if (_windows.Any(it => it.Depth == window.Depth))
            {
                _findings.Add($"{window.File} is not a prefix of the full set");
            }
        }
    }

    private void ComparePlain(SnapshotWindow stated, long bytes, string sha256)
    {
        Compare(stated.File, "bytes of JSON", stated.PlainBytes, bytes);
        Compare(stated.File, "as SHA-256 of its JSON", stated.PlainSha256, sha256);
    }

    private void CompareLines(SnapshotWindow stated, string sha256)
    {
        if (stated.LinesSha256 is { } expected)
            Compare(stated.File, "as SHA-256 of its NDJSON", expected, sha256);
    }

    private async Task CompareStored(SnapshotWindow stated, GzipMemberReader file, CancellationToken ct)
    {
        var (bytes, sha256) = await file.Finish(ct);
        Compare(stated.File, "bytes", stated.Bytes, bytes);
        Compare(stated.File, "as SHA-256", stated.Sha256, sha256);
    }

    private void Compare<T>(string file, string what, T stated, T found)
    {
        if (!EqualityComparer<T>.Default.Equals(stated, found))
            _findings.Add($"{file} has {found} {what}, the manifest says {stated}");
    }

    private async Task<GzipMemberReader?> Open(string file, CancellationToken ct) =>
        await store.Open(bucket, ObjectKey.Plain($"{Prefix}/{file}"), range: null, ct) is { } stored
            ? new(stored.Content, stored.Info.Length) : null;

    private sealed record WindowFacts(int Depth, long PlainBytes, string PlainSha256);
}
