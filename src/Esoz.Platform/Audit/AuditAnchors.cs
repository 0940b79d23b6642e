using System.Globalization;
using System.Text;
using System.Text.Json;
using Esoz.Platform.Storage;

namespace Esoz.Platform.Audit;

/// <summary>
/// Copies of seals outside the database: who rewrites or removes rows and seals there, or restores an older backup, does not reach them.
/// </summary>
/// <remarks>
/// One JSON object a line: <c>{"text":…,"key_id":…,"signature":…}</c>. In the directory one file a day, in the bucket one object a run;
/// the public key beside them, <c>key-{id}.pem</c>. A bucket with object lock and a default retention keeps each object for that time.
/// </remarks>
/// <param name="directory">Created when it is missing.</param>
/// <param name="bucket">A second place; null = none.</param>
public sealed class AuditAnchors(string directory, IObjectStore? store = null, Bucket? bucket = null)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Adds seals to all places; an earlier one is never replaced.</summary>
    /// <param name="at">When the run began.</param>
    internal async Task Add(IReadOnlyList<Signed> seals, AuditKey key, DateTime at, CancellationToken ct)
    {
        var lines = Encoding.UTF8.GetBytes(string.Concat(seals.Select(seal => JsonSerializer.Serialize(seal.ToLine(), Json) + "\n")));
        var day = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (store is not null && bucket is not null)
        {
            await Put($"key-{key.Id}.pem", Encoding.UTF8.GetBytes(key.PublicPem));
            await Put($"{day}/{at.ToString("HHmmssffffff", CultureInfo.InvariantCulture)}.ndjson", lines);
        }
        // The directory last: it tells what has been anchored.
        DurableDirectory.Create(Path.GetFullPath(directory));
        var keyFile = Path.Combine(directory, $"key-{key.Id}.pem");
        if (!File.Exists(keyFile))
            await File.WriteAllTextAsync(keyFile, key.PublicPem, ct);
        var path = Path.Combine(directory, $"{day}.ndjson");
        await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        await file.WriteAsync(lines, ct);
        file.Flush(flushToDisk: true);
        DurableDirectory.Sync(Path.GetFullPath(directory));

        async Task Put(string name, byte[] content)
        {
            if (await store.Find(bucket, ObjectKey.Plain(name), ct) is null)
                await store.Write(bucket, ObjectKey.Plain(name), new MemoryStream(content), ct);
        }
    }

    /// <summary>Every anchored seal and key in a directory, which may be a copy of the bucket.</summary>
    internal static AnchoredSeals Read(string directory)
    {
        List<Signed> seals = [];
        List<string> keys = [], faults = [];
        IEnumerable<string> paths = Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories) : [];
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            if (path.EndsWith(".pem", StringComparison.Ordinal))
                keys.Add(File.ReadAllText(path));
            if (!path.EndsWith(".ndjson", StringComparison.Ordinal))
                continue;
            foreach (var (number, line) in File.ReadLines(path).Index())
            {
                if (Line(line) is { } seal)
                    seals.Add(seal);
                else
                    faults.Add($"{Path.GetRelativePath(directory, path)}:{number + 1} is no seal");
            }
        }
        return new(seals, keys, faults);
    }

    private static Signed? Line(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AnchorLine>(line, Json) is { Text: { } text, KeyId: { } key, Signature: { } signature }
                ? new(text, key, signature) : null;
        }
        catch (JsonException)
        {
            // Reported by the caller with file and line.
            return null;
        }
    }

    /// <summary>The last seal of each log, and the last day, that the directory has.</summary>
    internal AnchoredUntil Last()
    {
        var numbers = new Dictionary<string, long>(StringComparer.Ordinal);
        var day = DateOnly.MinValue;
        foreach (var seal in Read(directory).Seals)
        {
            if (Seal.NameOf(seal.Text) is var (log, number))
                numbers[log] = Math.Max(numbers.GetValueOrDefault(log), number);
            else if (SealedDay.NameOf(seal.Text) is { } named && named > day)
                day = named;
        }
        return new(numbers, day);
    }
}

/// <summary>What a directory of anchors has.</summary>
/// <param name="Faults">Lines that cannot be read.</param>
internal sealed record AnchoredSeals(IReadOnlyList<Signed> Seals, IReadOnlyList<string> Keys, IReadOnlyList<string> Faults);

/// <param name="Numbers">By log.</param>
internal sealed record AnchoredUntil(Dictionary<string, long> Numbers, DateOnly Day);

internal sealed record AnchorLine(string? Text, string? KeyId, byte[]? Signature);

internal static class AnchorLines
{
    public static AnchorLine ToLine(this Signed seal) => new(seal.Text, seal.KeyId, seal.Signature);
}
