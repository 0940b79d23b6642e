using System.Text;
using System.Text.Json;
using Esoz.Platform.Database;

namespace Esoz.Platform.Audit;

/// <summary>
/// A place outside the database with copies of seals, days and proofs: who rewrites or removes them there, or restores an older backup,
/// does not reach these.
/// </summary>
/// <remarks>
/// One JSON object a line: <c>{"text":…,"key_id":…,"signature":…}</c>; the public key beside them, <c>key-{id}.pem</c>.
/// </remarks>
public abstract class AuditAnchors
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The place, for people.</summary>
    public abstract string Place { get; }

    /// <summary>Why a place could not be read or written, for people.</summary>
    public static string Reason(Exception fault) =>
        fault is OperationCanceledException ? "no answer in time" : fault.GetBaseException().Message;

    /// <summary>What it has of each kind, up to which number.</summary>
    /// <param name="first">The day of the oldest seal.</param>
    /// <param name="today">By the clock of the database.</param>
    internal abstract Task<AnchoredUntil> Last(DateOnly first, DateOnly today, CancellationToken ct);

    /// <summary>Adds copies; an earlier one is never replaced.</summary>
    /// <param name="until">What the place has.</param>
    /// <param name="at">When the run began.</param>
    /// <param name="part">Number of this call within the run.</param>
    internal abstract Task Add(
        IReadOnlyList<Signed> copies, AnchoredUntil until, AuditKey key, DateTime at, int part, CancellationToken ct);

    /// <summary>Everything that it has.</summary>
    internal abstract Task<AnchoredSeals> Read(CancellationToken ct);

    /// <summary>When the oldest seal was made that is older than an age and not in the place; null when it has all of them.</summary>
    public async Task<DateTime?> OldestMissing(PostgresDatabase database, TimeSpan age, CancellationToken ct)
    {
        if (await SealTable.Span(database, ct) is not var (first, today))
            return null;
        var until = await Last(first, today, ct);
        return await SealTable.OldestAfter(database, until, age, ct);
    }

    private protected static byte[] Write(IEnumerable<Signed> copies) => Encoding.UTF8.GetBytes(string.Concat(
        copies.Select(it => JsonSerializer.Serialize(new AnchorLine(it.Text, it.KeyId, it.Signature), Json) + "\n")));

    /// <returns>Null when it is no such line.</returns>
    private protected static Signed? Read(string line)
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

    /// <summary>Takes the lines of a file apart.</summary>
    private protected static void Read(string name, IEnumerable<string> lines, List<Signed> copies, List<string> faults)
    {
        foreach (var (number, line) in lines.Index())
        {
            if (Read(line) is { } copy)
                copies.Add(copy);
            else
                faults.Add($"{name}:{number + 1} is no seal");
        }
    }

    private sealed record AnchorLine(string? Text, string? KeyId, byte[]? Signature);
}

/// <summary>What a place has.</summary>
/// <param name="Keys">Public keys in PEM.</param>
/// <param name="Faults">Lines that cannot be read.</param>
internal sealed record AnchoredSeals(IReadOnlyList<Signed> Seals, IReadOnlyList<string> Keys, IReadOnlyList<string> Faults);

/// <summary>What a copy is of: a log and the number of its seal, a day, or a proof of a day and its number.</summary>
internal readonly record struct AnchorName(string Kind, long Number)
{
    public const string Days = "audit_days";
    public const string Proofs = "audit_proofs";

    /// <summary>Null when the text is something else.</summary>
    public static AnchorName? Of(string text) =>
        Seal.NameOf(text) is var (log, number) ? new(log, number)
        : SealedDay.NameOf(text) is { } day ? new(Days, day.DayNumber)
        : DayProof.Of(text) is { } proof ? new(Proofs, proof.Number)
        : null;
}

/// <summary>Up to which number a place has the seals of each log, the days and the proofs.</summary>
internal sealed class AnchoredUntil
{
    private readonly Dictionary<string, (long Number, Signed? Copy)> _newest = new(StringComparer.Ordinal);

    /// <summary>0 = it has none.</summary>
    public long Of(string kind) => _newest.GetValueOrDefault(kind).Number;

    /// <summary>The newest of each kind, as far as the copy itself is known.</summary>
    public IEnumerable<(string Kind, Signed Copy)> Newest =>
        _newest.Where(it => it.Value.Copy is not null).Select(it => (it.Key, it.Value.Copy!));

    public void Take(Signed copy)
    {
        if (AnchorName.Of(copy.Text) is var (kind, number))
            Take(kind, number, copy);
    }

    public void Take(string kind, long number, Signed? copy = null)
    {
        if (number > Of(kind))
            _newest[kind] = (number, copy);
    }
}
