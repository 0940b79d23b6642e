using System.Text.Json;
using Esoz.Platform;
using Esoz.Platform.Signatures;

namespace Esoz.Compositions;

/// <summary>
/// What a signed order holds, and who signed it (compositions §14): the steps that signing and cancelling have in common, in their order. What
/// fails is refused by its code; the explanation goes to the log, without personal data.
/// </summary>
internal sealed class SignedContent(SignatureVerdict verdict, bool isSigned)
{
    /// <summary>Paths that one refusal names; the log of a curious client is no place for more.</summary>
    private const int PathsTold = 10;

    /// <summary>Undefined unless <see cref="Refusal"/> is null.</summary>
    public JsonElement Json => verdict.Json;

    /// <summary>Steps 1901 to 1906.</summary>
    public Refusal? Refusal => verdict.Outcome switch
    {
        SignatureOutcome.Accepted => null,
        SignatureOutcome.ContainerInvalid => CompositionErrors.SignatureContainerInvalid,
        SignatureOutcome.CountInvalid => CompositionErrors.SignatureCountInvalid,
        SignatureOutcome.ContentNotJson => CompositionErrors.SignatureContentNotJson,
        SignatureOutcome.SignatureInvalid => CompositionErrors.SignatureInvalid,
        SignatureOutcome.CertificateInvalid => CompositionErrors.SignatureCertificateInvalid,
        SignatureOutcome.TimestampInvalid => CompositionErrors.SignatureTimestampInvalid,
    };

    /// <param name="isSigned">False where signatures are not checked (DIGITAL_SIGNATURE_ENABLED); the order then is plain JSON.</param>
    public static SignedContent Read(SignedOrder order, SignatureCheck check, bool isSigned, ILogger log)
    {
        var verdict = check.Check(order.Container);
        if (verdict.Steps is [.., { IsPassed: false } failed])
            log.LogInformation("The signature about composition {Composition} is refused at {Step}: {Explanation}", order.CompositionId, failed.Name, failed.Explanation);
        return new(verdict, isSigned);
    }

    /// <summary>1909: the content is not what getComposition shows; the paths that differ are told, their values are not.</summary>
    public Refusal? RefuseUnlessSame(Composition composition)
    {
        var expected = JsonSerializer.SerializeToElement(composition, Platform.Http.McDialect.Json);
        var paths = JsonDifference.Between(verdict.Json, expected);
        if (paths.Count == 0)
            return null;
        var more = paths.Count > PathsTold ? $" and {paths.Count - PathsTold} more" : "";
        var refusal = CompositionErrors.SignatureContentMismatch;
        return refusal with { Message = $"{refusal.Message} ({string.Join(", ", paths.Take(PathsTold))}{more})" };
    }

    /// <summary>1907, 1908, 1910: the certificate is the author's, and so is the caller.</summary>
    public Refusal? RefuseUnlessAuthor(string taxId, bool userIsAuthor)
    {
        if (isSigned && verdict.Signer!.Compare(taxId) is var match and not SignerMatch.Same)
            return match == SignerMatch.Missing ? CompositionErrors.SignerDrfoMissing : CompositionErrors.SignerMismatch;
        return userIsAuthor ? null : CompositionErrors.SignatureUserNotAuthor;
    }
}
