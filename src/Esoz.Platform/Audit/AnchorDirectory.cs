using System.Globalization;
using Esoz.Platform.Storage;

namespace Esoz.Platform.Audit;

/// <summary>Anchors in a directory, best on another machine: one file a day, <c>{day}.ndjson</c>.</summary>
/// <param name="directory">Created when it is missing. To be read, it may be a copy of the bucket.</param>
public sealed class AnchorDirectory(string directory) : AuditAnchors
{
    public override string Place => directory;

    internal override async Task Add(
        IReadOnlyList<Signed> copies, AnchoredUntil until, AuditKey key, DateTime at, int part, CancellationToken ct)
    {
        DurableDirectory.Create(Path.GetFullPath(directory));
        var keyFile = Path.Combine(directory, $"key-{key.Id}.pem");
        if (!File.Exists(keyFile))
            await File.WriteAllTextAsync(keyFile, key.PublicPem, ct);
        var path = Path.Combine(directory, $"{at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.ndjson");
        await using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        GoBehindLastLine(file);
        await file.WriteAsync(Write(copies), ct);
        file.Flush(flushToDisk: true);
        DurableDirectory.Sync(Path.GetFullPath(directory));
    }

    internal override Task<AnchoredSeals> Read(CancellationToken ct)
    {
        List<Signed> seals = [];
        List<string> keys = [], faults = [];
        IEnumerable<string> paths = Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories) : [];
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            ct.ThrowIfCancellationRequested();
            if (path.EndsWith(".pem", StringComparison.Ordinal))
                keys.Add(File.ReadAllText(path));
            if (path.EndsWith(".ndjson", StringComparison.Ordinal))
                Read(Path.GetRelativePath(directory, path), WholeLines(File.ReadAllText(path)), seals, faults);
        }
        return Task.FromResult(new AnchoredSeals(seals, keys, faults));
    }

    internal override async Task<AnchoredUntil> Last(DateOnly first, DateOnly today, CancellationToken ct)
    {
        var until = new AnchoredUntil();
        foreach (var seal in (await Read(ct)).Seals)
            until.Take(seal);
        return until;
    }

    private static string[] WholeLines(string text) =>
        text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A line without an end is what a crash or a full disk left of an addition; all of it is added again.</summary>
    private static void GoBehindLastLine(FileStream file)
    {
        var end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
                break;
            end--;
        }
        file.SetLength(end);
        file.Position = end;
    }
}
