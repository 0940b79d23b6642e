using System.Security.Cryptography;
using System.Text.Json;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Health;
using Esoz.Platform.Reconciling;
using Esoz.Platform.Storage;

namespace Esoz.BulkExport.Verifying;

/// <summary>
/// The files of the snapshots that the database knows: their row is written before the first of them and removed after the last. What the
/// row does not say of a file, the manifest does.
/// </summary>
public sealed class SnapshotRecords(SnapshotTable snapshots, SnapshotFiles files, Bucket bucket) : BucketRecords(bucket)
{
    private const string Pointer = "current.json";
    private const string Manifest = "manifest.json";

    public override string AdviceOnUnknown =>
        "the database was restored to an earlier moment, or the store was: no snapshot of the database has it, so it may be removed";

    /// <summary>All at once: there are only so many snapshots.</summary>
    public override async Task<RecordPage> Page(string? after, int limit, CancellationToken ct)
    {
        var records = new List<ObjectRecord>();
        foreach (var kept in await snapshots.FindKept(ct))
            records.AddRange(await RecordsOf(kept, ct));
        return new(records, Last: null);
    }

    public override async Task<ObjectRecord?> Read(string key, CancellationToken ct)
    {
        foreach (var kept in await snapshots.FindKept(ct))
        {
            if (key == PointerOf(kept) || key.StartsWith(kept.Snapshot.Prefix + "/", StringComparison.Ordinal))
            {
                if ((await RecordsOf(kept, ct)).FirstOrDefault(record => record.Key == key) is { } record)
                    return record;
                if (kept.IsUnsettled)
                    return new(key, "", Severity.Good, "") { IsUnsettled = true };
            }
        }
        return null;
    }

    private async Task<IReadOnlyList<ObjectRecord>> RecordsOf(KeptSnapshot kept, CancellationToken ct)
    {
        if (kept.IsUnsettled)
            return [];
        var template = kept.IsInService
            ? new ObjectRecord("", "a file of the snapshot in service", Severity.Broken,
                $"a node with the role scheduler builds lost snapshots anew within the hour; or now: esoz snapshot run {kept.Snapshot.Resource}")
            : new ObjectRecord("", "a file of a snapshot that was replaced", Severity.Warning,
                "only downloads that began before it was replaced need it; it is removed a day later");
        var records = new List<ObjectRecord> { template with { Key = $"{kept.Snapshot.Prefix}/{Manifest}" } };
        foreach (var window in await WindowsOf(kept, ct))
            records.Add(template with { Key = $"{kept.Snapshot.Prefix}/{window.File}", Length = window.Bytes, Sha256 = window.Sha256 });
        if (kept.IsInService)
            records.Add(PointerTo(kept));
        return records;
    }

    /// <summary>Of a manifest that cannot be read, what the row says.</summary>
    private async Task<IEnumerable<FileOfSnapshot>> WindowsOf(KeptSnapshot kept, CancellationToken ct)
    {
        var stated = kept.DepthBytes.Select((bytes, i) => new FileOfSnapshot($"depth-{i + 1}.json.gz", bytes, Sha256: null))
            .Append(new("full.json.gz", kept.FullBytes, kept.FullSha256)).ToList();
        try
        {
            var manifest = await files.ReadManifest(kept.Snapshot, ct);
            var known = manifest.Removed is { } removed ? manifest.Files.Append(removed) : manifest.Files;
            // The database has the last word: it says what was put into service.
            return known.Select(window => new FileOfSnapshot(window.File, window.Bytes, window.Sha256))
                .Select(file => stated.Find(it => it.File == file.File && it.Sha256 is not null) ?? file);
        }
        catch (Exception lost) when (lost is SnapshotLostException or JsonException or InvalidDataException)
        {
            return stated;
        }
    }

    /// <summary>It is switched right after the snapshot went into service.</summary>
    private static ObjectRecord PointerTo(KeptSnapshot kept)
    {
        var content = SnapshotFiles.PointerTo(kept.Snapshot).ToJson();
        return new(PointerOf(kept), "the pointer to the snapshot in service", Severity.Warning,
            $"the next build writes it; or now: esoz snapshot run {kept.Snapshot.Resource}")
        {
            Length = content.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
            IsUnsettled = kept.IsFresh,
        };
    }

    private static string PointerOf(KeptSnapshot kept) => $"{kept.Snapshot.Resource}/{Pointer}";

    private sealed record FileOfSnapshot(string File, long Bytes, string? Sha256);
}
