using System.Globalization;
using System.Text;
using Esoz.Platform.Storage;

namespace Esoz.Platform.Audit;

/// <summary>
/// Anchors in a bucket: the seals of a run as <c>{day}/{time}-{part}.ndjson</c>, each day as <c>days/{day}.ndjson</c>, each proof as
/// <c>proofs/{number}.ndjson</c>. Where the bucket has object lock, nobody can replace or remove one before its retention ends.
/// </summary>
/// <param name="lockedFor">Retention of each object; zero = what the bucket gives by default.</param>
public sealed class AnchorBucket(IObjectStore store, Bucket bucket, TimeSpan lockedFor, RetentionMode mode) : AuditAnchors
{
    private const string Days = "days";
    private const string Proofs = "proofs";

    /// <summary>Objects that are read at the same time.</summary>
    private const int Readers = 16;

    /// <summary>A store that does not answer must not hold up the seals.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private bool? _hasLock;

    public override string Place => $"bucket {bucket.Physical}";

    internal override async Task Add(
        IReadOnlyList<Signed> copies, AnchoredUntil until, AuditKey key, DateTime at, int part, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        await Put($"key-{key.Id}.pem", Encoding.UTF8.GetBytes(key.PublicPem));
        var named = copies.Select(copy => (Copy: copy, Name: AnchorName.Of(copy.Text)!.Value)).ToList();
        foreach (var (copy, (kind, number)) in named.Where(it => !IsSeal(it.Name.Kind)))
            await Put(kind == AnchorName.Days ? $"{Days}/{Day(DateOnly.FromDayNumber((int)number))}.ndjson" : $"{Proofs}/{number:D10}.ndjson",
                Write([copy]));
        var seals = named.Where(it => IsSeal(it.Name.Kind)).ToList();
        if (seals.Count == 0)
            return;
        // The last seal of every other log comes first, so that the newest object alone tells what the bucket has (Last).
        var others = until.Newest.Where(it => IsSeal(it.Kind) && seals.All(seal => seal.Name.Kind != it.Kind)).Select(it => it.Copy);
        await Put($"{Day(DateOnly.FromDateTime(at))}/{at.ToString("HHmmssffffff", CultureInfo.InvariantCulture)}-{part:D4}.ndjson",
            Write([.. others, .. seals.Select(it => it.Copy)]));

        async Task Put(string name, byte[] content)
        {
            var objectKey = ObjectKey.Plain(name);
            if (await store.Find(bucket, objectKey, patience.Token) is not null)
                return;
            if (_hasLock ??= await store.HasLock(bucket, patience.Token))
            {
                await store.WriteLocked(bucket, objectKey, content, lockedFor > TimeSpan.Zero ? new(at + lockedFor, mode) : null,
                    patience.Token);
            }
            else
                await store.Write(bucket, objectKey, new MemoryStream(content), patience.Token);
        }
    }

    internal override async Task<AnchoredUntil> Last(DateOnly first, DateOnly today, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        var until = new AnchoredUntil();
        foreach (var name in await Names($"{Days}/", patience.Token))
        {
            if (DateOnly.TryParseExact(name, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                until.Take(AnchorName.Days, day.DayNumber);
        }
        foreach (var name in await Names($"{Proofs}/", patience.Token))
        {
            if (long.TryParse(name, CultureInfo.InvariantCulture, out var number))
                until.Take(AnchorName.Proofs, number);
        }
        for (var day = today; day >= first; day = day.AddDays(-1))
        {
            if (await Names($"{Day(day)}/", patience.Token) is not [.., var newest])
                continue;
            foreach (var line in await Lines(ObjectKey.Plain($"{Day(day)}/{newest}.ndjson"), patience.Token))
            {
                if (Read(line) is { } seal)
                    until.Take(seal);
            }
            break;
        }
        return until;
    }

    internal override async Task<AnchoredSeals> Read(CancellationToken ct)
    {
        List<ObjectKey> keys = [];
        await foreach (var item in store.List(bucket, "", ct))
            keys.Add(item.Key);
        List<Signed> seals = [];
        List<string> pems = [], faults = [];
        var all = new Lock();
        var readers = new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = ct };
        await Parallel.ForEachAsync(keys, readers, async (key, ct) =>
        {
            var lines = await Lines(key, ct);
            lock (all)
            {
                if (key.Text.EndsWith(".pem", StringComparison.Ordinal))
                    pems.Add(string.Join('\n', lines));
                if (key.Text.EndsWith(".ndjson", StringComparison.Ordinal))
                    Read($"{Place}/{key.Text}", lines, seals, faults);
            }
        });
        return new(seals, pems, faults);
    }

    /// <summary>Names of the objects below a prefix in their order, without prefix and ending.</summary>
    private async Task<List<string>> Names(string prefix, CancellationToken ct)
    {
        List<string> names = [];
        await foreach (var item in store.List(bucket, prefix, ct))
            names.Add(Path.GetFileNameWithoutExtension(item.Key.Text));
        return names;
    }

    private async Task<string[]> Lines(ObjectKey key, CancellationToken ct)
    {
        await using var stored = await store.Open(bucket, key, range: null, ct) ?? throw new IOException($"{Place} has lost {key.Text}.");
        using var reader = new StreamReader(stored.Content);
        return (await reader.ReadToEndAsync(ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool IsSeal(string kind) => kind is not (AnchorName.Days or AnchorName.Proofs);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
