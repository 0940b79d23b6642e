using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Esoz.Platform.Audit;

/// <summary>
/// What a seal says, as lines of text: the head is the SHA-256 of these bytes, and the signature is made of them, so that
/// <c>sha256sum</c> and <c>openssl</c> can check both (docs/adr/0031).
/// </summary>
/// <param name="Text">Lines separated by U+000A.</param>
internal sealed record Signed(string Text, string KeyId, byte[] Signature)
{
    public byte[] Bytes => Encoding.UTF8.GetBytes(Text);

    public byte[] Head => SHA256.HashData(Bytes);
}

/// <summary>
/// A seal on a part of a log: the rows before (<see cref="UntilAt"/>, <see cref="UntilId"/>) that no earlier seal covers.
/// </summary>
/// <param name="Log">Table.</param>
/// <param name="Number">1, 2, 3 …</param>
/// <param name="Columns">What the hash of a row covers, in this order.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Root">Root of the Merkle tree over the leaves: id and hash of each row.</param>
/// <param name="Previous">Head of the seal before; zeros in the first one.</param>
/// <param name="SealedAt">By the clock of the database.</param>
internal sealed record Seal(string Log, long Number, DateTime UntilAt, Guid UntilId, IReadOnlyList<string> Columns, int Rows, byte[] Root,
    byte[] Previous, DateTime SealedAt)
{
    /// <summary>Bytes of a leaf: id and hash of a row.</summary>
    public const int LeafSize = 16 + MerkleTree.HashSize;

    private const string Title = "esoz audit seal 1";

    public string Text => string.Join('\n', Title, Log, Number.ToString(CultureInfo.InvariantCulture), Instant(UntilAt), UntilId,
        string.Join(',', Columns), Rows.ToString(CultureInfo.InvariantCulture), Convert.ToHexStringLower(Root),
        Convert.ToHexStringLower(Previous), Instant(SealedAt));

    /// <summary>Log and number of a seal of which only the text is known; null when it is something else.</summary>
    public static (string Log, long Number)? NameOf(string text) =>
        text.Split('\n') is [Title, var log, var number, ..] && long.TryParse(number, CultureInfo.InvariantCulture, out var parsed)
            ? (log, parsed) : null;

    public static string Instant(DateTime at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}

/// <summary>A Merkle tree over the heads of all seals that were made on a day (UTC), ordered by log and number.</summary>
internal sealed record SealedDay(DateOnly Day, int Seals, byte[] Root, byte[] Previous, DateTime SealedAt)
{
    private const string Title = "esoz audit day 1";

    /// <summary>The day, as <see cref="Seal.NameOf"/>.</summary>
    public static DateOnly? NameOf(string text) =>
        text.Split('\n') is [Title, var day, ..] && DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var parsed) ? parsed : null;

    /// <summary>What an operator signs: JSON, as every signed content.</summary>
    public string ToSign =>
        $$"""{"audit_day":"{{Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}}","head":"{{Convert.ToHexStringLower(new Signed(Text, "", []).Head)}}"}""";

    public string Text => string.Join('\n', Title, Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Seals.ToString(CultureInfo.InvariantCulture), Convert.ToHexStringLower(Root), Convert.ToHexStringLower(Previous),
        Seal.Instant(SealedAt));
}

/// <summary>A table whose rows are sealed. It has the columns id and inserted_at, and its rows never change.</summary>
/// <param name="Kept">After this age rows may be removed; null = never.</param>
public sealed record SealedLog(string Name, TimeSpan? Kept = null);
