using System.Text.Json;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Storage;

namespace Esoz.BulkExport.Verifying;

/// <summary>
/// Verifies stored snapshots from the objects alone: every file matches its manifest, and windows keep their guarantee. A client that has
/// the full set of t0 and takes the window of N days and the removals of t1, where N × 24 h ≥ t1 − t0, must have exactly the full set of t1
/// (pis-bulk §8).
/// Nothing is written, and the database is not used. Memory: <see cref="SnapshotIndex"/> of one snapshot.
/// </summary>
public sealed class VerifySnapshots(IObjectStore store, Bucket bucket)
{
    private const string ManifestName = "manifest.json";

    /// <summary>While a build or the removal of an old snapshot is running, its incomplete state is reported too.</summary>
    public async Task<Verification> Run(IReadOnlyList<BulkResource> resources, CancellationToken ct, Action<VerifyProgress>? watch = null)
    {
        var (snapshots, pairs, others, empty) = (new List<SnapshotVerdict>(), new List<PairVerdict>(), new List<string>(),
            new List<string>());
        foreach (var resource in resources)
        {
            var objects = await List(resource, ct);
            if (objects.Count == 0)
            {
                empty.Add(resource.Name);
                continue;
            }
            var folders = Folders(resource, objects, others);
            var checks = await ReadManifests(resource, folders, others, ct);
            await CheckPointer(resource, checks, others, ct);

            var steps = checks.Sum(check => check.Steps);
            var done = 0;
            for (var i = 0; i < checks.Count; i++)
            {
                var newer = checks[i];
                var index = await newer.Run(
                    folders[newer.Manifest.Generation].Except([ManifestName]), () => watch?.Invoke(new(resource, ++done, steps)), ct);
                snapshots.Add(newer.Verdict);
                if (!resource.HasWindows)
                    continue;
                foreach (var older in checks.Take(i))
                    pairs.Add(await Prove(resource, older, newer, index, ct));
            }
        }
        return new(snapshots, pairs, others, empty);
    }

    private async Task<List<string>> List(BulkResource resource, CancellationToken ct)
    {
        var keys = new List<string>();
        await foreach (var listed in store.List(bucket, $"{resource.Name}/", ct))
            keys.Add(listed.Key.Text);
        return keys;
    }

    /// <summary>Names of the objects of each snapshot.</summary>
    private static Dictionary<Guid, List<string>> Folders(BulkResource resource, IEnumerable<string> keys, List<string> others)
    {
        var folders = new Dictionary<Guid, List<string>>();
        foreach (var key in keys)
        {
            if (key.Split('/', 3) is [_, var folder, var name] && Guid.TryParseExact(folder, "D", out var generation)
                && folder == generation.ToString())
                (folders.TryGetValue(generation, out var names) ? names : folders[generation] = []).Add(name);
            else if (key != PointerOf(resource))
                others.Add($"{key} does not belong to a generation");
        }
        return folders;
    }

    /// <summary>Snapshots with a manifest that can be read, oldest first.</summary>
    private async Task<List<SnapshotCheck>> ReadManifests(
        BulkResource resource, Dictionary<Guid, List<string>> folders, List<string> others, CancellationToken ct)
    {
        var checks = new List<SnapshotCheck>();
        foreach (var generation in folders.Keys)
        {
            var key = $"{resource.Name}/{generation}/{ManifestName}";
            await using var stored = await store.Open(bucket, ObjectKey.Plain(key), range: null, ct);
            if (stored is null)
                others.Add($"{key} is missing: the generation is being built, or its build or removal was interrupted");
            else if (await Read(stored.Content, SnapshotManifest.Read, ct) is not { } manifest)
                others.Add($"{key} cannot be read");
            else if (manifest.Generation != generation || manifest.Resource != resource.Name)
                others.Add($"{key} is the manifest of {manifest.Resource}/{manifest.Generation}");
            else
                checks.Add(new(store, bucket, resource, manifest, stored.Info.LastModified));
        }
        // A long writing transaction holds the instant back (Building.ReadPoint), so two builds may have the same instant.
        return [.. checks.OrderBy(check => check.Manifest.SnapshotAt).ThenBy(check => check.WrittenAt)];
    }

    private async Task CheckPointer(BulkResource resource, List<SnapshotCheck> checks, List<string> others, CancellationToken ct)
    {
        var key = PointerOf(resource);
        await using var stored = await store.Open(bucket, ObjectKey.Plain(key), range: null, ct);
        if (stored is null)
            others.Add($"{key} is missing");
        else if (await Read(stored.Content, SnapshotPointer.Read, ct) is not { } pointer)
            others.Add($"{key} cannot be read");
        else if (checks.Find(check => check.Manifest.Generation == pointer.Generation) is not { } named)
            others.Add($"{key} names {pointer.Generation}, which is not stored");
        else if (pointer.Manifest != $"{resource.Name}/{pointer.Generation}/{ManifestName}"
            || pointer.SnapshotAt != named.Manifest.SnapshotAt)
            others.Add($"{key} does not match the manifest of {pointer.Generation}");
        else if (checks[^1].Manifest.SnapshotAt > pointer.SnapshotAt && !IsSuperseded(checks[^1], named))
            others.Add($"{key} names {pointer.Generation}, but {checks[^1].Manifest.Generation} is newer");
    }

    /// <summary>
    /// Windows are nested prefixes of the full set (checked by <see cref="SnapshotCheck"/>): all larger windows contain the smallest one
    /// that covers the gap, and their further records are of the newer full set too. So checking the smallest is enough.
    /// </summary>
    private static async Task<PairVerdict> Prove(
        BulkResource resource, SnapshotCheck older, SnapshotCheck newer, SnapshotIndex index, CancellationToken ct)
    {
        var gap = newer.Manifest.SnapshotAt - older.Manifest.SnapshotAt;
        var days = Math.Max(1, (gap.Ticks + TimeSpan.TicksPerDay - 1) / TimeSpan.TicksPerDay);
        var isTooOld = IsSuperseded(older, newer) || IsSuperseded(newer, older);
        // Earlier versions did not state the key.
        var isComparable = older.Manifest.Key is { } key && key == newer.Manifest.Key;
        int? depth = days <= newer.Manifest.MaxDepth && !isTooOld && isComparable ? (int)days : null;
        var findings = new List<string>();
        if (depth is not null)
            findings.AddRange(await Compare(older, newer, index, depth.Value, ct));
        return new(resource.Name, older.Manifest.Generation, older.Manifest.SnapshotAt, newer.Manifest.Generation,
            newer.Manifest.SnapshotAt, newer.Manifest.WindowsValidFrom, depth, findings);
    }

    /// <summary>
    /// Whether the windows of one snapshot are not for copies of another one. It may be the one with the earlier instant: then the clock of
    /// the database was set back between them.
    /// </summary>
    private static bool IsSuperseded(SnapshotCheck copy, SnapshotCheck by) => copy.Manifest.SnapshotAt <= by.Manifest.WindowsValidFrom;

    private static async Task<IReadOnlyList<string>> Compare(
        SnapshotCheck older, SnapshotCheck newer, SnapshotIndex index, int depth, CancellationToken ct)
    {
        if (!older.IsReadable || !newer.IsReadable)
            return ["not verified: a full set cannot be read"];
        var window = newer.Manifest.Window(depth).File;
        if (newer.RowsOf(depth) is not { } rows)
            return [$"not verified: {window} is damaged"];
        if (newer.Removed is not { } removed)
            return ["not verified: the removals cannot be read"];
        try
        {
            var difference = new SnapshotDifference(index, rows, removed);
            await older.ReadAgain(difference.Add, ct);
            difference.Complete();
            return await Describe(difference, newer, window, ct);
        }
        catch (InvalidDataException fault)
        {
            return [$"not verified: a full set changed while it was read: {fault.Message}"];
        }
    }

    private static async Task<IReadOnlyList<string>> Describe(
        SnapshotDifference difference, SnapshotCheck newer, string window, CancellationToken ct)
    {
        var keys = await newer.KeyTexts([.. difference.Missing.Keys, .. difference.Stale.Keys, .. difference.Lost.Keys], ct);
        foreach (var (key, text) in difference.Lost.Texts)
            keys[key] = text;
        (SnapshotDifference.Shortfall What, string Says)[] shortfalls =
        [
            (difference.Missing, $"missing: neither the older full set nor {window} has them"),
            (difference.Stale, $"stale: they changed and {window} does not have them"),
            (difference.Lost, "lost: the older full set has them, neither the newer one nor its removals do"),
        ];
        return [.. shortfalls.Where(it => it.What.Count > 0)
            .Select(it => $"{it.What.Count} records {it.Says} ({string.Join(", ", it.What.Keys.Select(key => keys[key]))})")];
    }

    private static async Task<T?> Read<T>(Stream json, Func<Stream, CancellationToken, Task<T>> read, CancellationToken ct) where T : class
    {
        try
        {
            return await read(json, ct);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidDataException or FormatException)
        {
            return null;
        }
    }

    private static string PointerOf(BulkResource resource) => $"{resource.Name}/current.json";
}
