using System.Text.Json;
using Esoz.Platform.Signatures;
using static Esoz.Compositions.CompositionErrors;

namespace Esoz.Compositions;

/// <summary>
/// Content and signer of a signed order (compositions §14): the rules that signing and cancelling share, in their order. A refusal has its
/// code; the explanation is logged, without personal data.
/// </summary>
internal sealed class SignedContent(SignatureVerdict verdict, bool isSigned)
{
    /// <summary>Maximum number of paths in one refusal, to keep the log of a client that experiments readable.</summary>
    private const int MaxPaths = 10;

    private static readonly Validation ContainerIsValid = new("", "data is a container with signed content",
        Error(1901, "SIGNATURE_CONTAINER_INVALID", "Invalid signed content"));

    private static readonly Validation HasOneSigner = new("", "it has one signature",
        Error(1902, "SIGNATURE_COUNT_INVALID", "Document must contain 1 signature"));

    private static readonly Validation ContentIsJson = new("", "the content is JSON, repeats no member name and escapes no U+0000",
        Error(1903, "SIGNATURE_CONTENT_NOT_JSON", "Malformed encoded content"));

    private static readonly Validation SignatureIsCorrect = new("", "the signature is correct",
        Error(1904, "SIGNATURE_INVALID", "Invalid signature"));

    private static readonly Validation CertificateIsValid = new("", "the certificate is valid: chain, period, revocation",
        Error(1905, "SIGNATURE_CERTIFICATE_INVALID", "Invalid certificate"));

    private static readonly Validation TimestampIsValid = new("", "the time-stamp is valid",
        Error(1906, "SIGNATURE_TIMESTAMP_INVALID", "Invalid signature timestamp"));

    private static readonly Validation NamesTaxpayer = new("", "the certificate names a taxpayer",
        Error(1907, "SIGNATURE_SIGNER_DRFO_MISSING", "Invalid drfo"));

    private static readonly Validation SignerIsAuthor = new("", "the taxpayer is the author",
        Error(1908, "SIGNATURE_SIGNER_MISMATCH", "Does not match the signer drfo"));

    private static readonly Validation UserIsAuthor = new("", "the caller is the author",
        Error(1910, "SIGNATURE_USER_NOT_AUTHOR", "User is not the author of composition"));

    private static readonly Validation AuthorIsApproved = new("", "the author is still an approved, active employee", AuthorInvalid);

    /// <summary>Undefined unless <see cref="Refusal"/> is null.</summary>
    public JsonElement Json => verdict.Json;

    /// <summary>Errors 1901 to 1906.</summary>
    public Refusal? Refusal => RefusalOf(verdict.Outcome);

    /// <summary>The rules of <see cref="Refusal"/>, with the number that they have on the page.</summary>
    public static IReadOnlyList<Validation> SignatureRules(string number) => Numbered(number,
        ContainerIsValid, HasOneSigner, ContentIsJson, SignatureIsCorrect, CertificateIsValid, TimestampIsValid);

    /// <summary>The rules of <see cref="RefuseUnlessAuthor"/>, with the number that they have on the page.</summary>
    public static IReadOnlyList<Validation> AuthorRules(string number) => Numbered(number, NamesTaxpayer, SignerIsAuthor, UserIsAuthor,
        AuthorIsApproved);

    /// <summary>The answer to a container that fails in a certain way; null when it is accepted.</summary>
    public static Refusal? RefusalOf(SignatureOutcome outcome) => outcome switch
    {
        SignatureOutcome.Accepted => (Refusal?)null,
        SignatureOutcome.ContainerInvalid => ContainerIsValid,
        SignatureOutcome.CountInvalid => HasOneSigner,
        SignatureOutcome.ContentNotJson => ContentIsJson,
        SignatureOutcome.SignatureInvalid => SignatureIsCorrect,
        SignatureOutcome.CertificateInvalid => CertificateIsValid,
        SignatureOutcome.TimestampInvalid => TimestampIsValid,
    };

    /// <summary>The answer to a certificate without a taxpayer, whoever signs.</summary>
    public static Refusal NoTaxpayer => NamesTaxpayer;

    /// <param name="isSigned">False if signatures are not checked (DIGITAL_SIGNATURE_ENABLED); then the order is plain JSON.</param>
    public static SignedContent Read(SignedOrder order, SignatureCheck check, bool isSigned, ILogger log)
    {
        var verdict = check.Check(order.Container);
        if (verdict.Steps is [.., { IsPassed: false } failed])
            log.LogInformation("Signature for composition {Composition} refused at step {Step}: {Explanation}", order.CompositionId,
                failed.Name, failed.Explanation);
        return new(verdict, isSigned);
    }

    /// <summary>
    /// Text listing the paths where the content differs from the answer of getComposition; null when equal. It has no values.
    /// </summary>
    public string? DifferenceFrom(Composition composition)
    {
        var paths = JsonDifference.Between(verdict.Json, JsonSerializer.SerializeToElement(composition, McDialect.Json));
        if (paths.Count == 0)
            return null;
        var more = paths.Count > MaxPaths ? $" and {paths.Count - MaxPaths} more" : "";
        return string.Join(", ", paths.Take(MaxPaths)) + more;
    }

    /// <summary>
    /// Errors 1907, 1908, 1910, 1820: the certificate must be the author's, the caller must be the author, and the author still employed.
    /// </summary>
    public Refusal? RefuseUnlessAuthor(string taxId, bool userIsAuthor, bool authorIsApproved)
    {
        if (isSigned && verdict.Signer!.Compare(taxId) is var match and not SignerMatch.Same)
            return match == SignerMatch.Missing ? NamesTaxpayer : SignerIsAuthor;
        if (!userIsAuthor)
            return UserIsAuthor;
        return authorIsApproved ? null : AuthorIsApproved.Refusal;
    }

    private static Validation[] Numbered(string number, params IEnumerable<Validation> rules) =>
        [.. rules.Select(rule => rule with { Number = number })];
}
