using System.Formats.Asn1;
using System.Globalization;
using System.Text.Json;
using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Cms;

namespace Esoz.Platform.Audit;

/// <summary>What others state about a day: a time stamp, or the signature of an operator.</summary>
/// <param name="Number">1, 2, 3 …, of all days.</param>
/// <param name="Kind">One of <see cref="DayProofKind"/>.</param>
/// <param name="Content">Time-stamp token (RFC 3161) of the text of the day, or CMS with <see cref="SealedDay.ToSign"/>.</param>
/// <param name="AddedAt">By the clock of the database.</param>
internal sealed record DayProof(long Number, DateOnly Day, string Kind, byte[] Content, DateTime AddedAt)
{
    private const string Title = "esoz audit proof 1";

    /// <summary>What the key of the installation signs, as the text of a seal.</summary>
    public string Text => string.Join('\n', Title, Number.ToString(CultureInfo.InvariantCulture),
        Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Kind, Convert.ToBase64String(Content), Seal.Instant(AddedAt));

    /// <summary>Number and day of a proof of which only the text is known; null when it is something else.</summary>
    public static (long Number, DateOnly Day)? Of(string text) =>
        text.Split('\n') is [Title, var number, var day, ..] && long.TryParse(number, CultureInfo.InvariantCulture, out var parsed)
            && DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var of)
            ? (parsed, of) : null;
}

/// <summary>Kinds of proofs.</summary>
public static class DayProofKind
{
    public const string Timestamp = "TIMESTAMP";
    public const string Signature = "SIGNATURE";
}

/// <summary>Checks proofs of days with the trust anchors of the installation.</summary>
public sealed class DayProofCheck(SignatureOptions options, TrustDirectory trust, TimeProvider clock)
{
    // A container without a time stamp proves nothing once its certificate has ended.
    private readonly SignatureCheck _check = new(options with { Enabled = true, RequireTimestamp = true }, trust, clock);

    /// <summary>Why it proves nothing about the day; null when it does.</summary>
    internal string? Fault(SealedDay day, string kind, ReadOnlyMemory<byte> content) =>
        kind == DayProofKind.Timestamp ? FaultOfStamp(day, content) : FaultOfSignature(day, content);

    private string? FaultOfStamp(SealedDay day, ReadOnlyMemory<byte> token)
    {
        try
        {
            return TimestampToken.Read(token).Fault(
                new Signed(day.Text, "", []).Bytes, [], trust.Current(), options.Revocation, options.Delta, clock.GetUtcNow());
        }
        catch (AsnContentException malformed)
        {
            return $"it is no time stamp: {malformed.Message}";
        }
    }

    private string? FaultOfSignature(SealedDay day, ReadOnlyMemory<byte> container)
    {
        var verdict = _check.Check(container);
        if (!verdict.IsAccepted)
            return $"{verdict.Steps[^1].Name}: {verdict.Steps[^1].Explanation}";
        return JsonElement.DeepEquals(verdict.Json, JsonElement.Parse(day.ToSign)) ? null : "something else is signed";
    }
}
