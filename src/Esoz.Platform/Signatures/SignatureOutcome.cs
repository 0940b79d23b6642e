namespace Esoz.Platform.Signatures;

/// <summary>
/// Result of the check of a signed container: accepted, or the first failed step, in the order of execution (compositions §14).
/// </summary>
public enum SignatureOutcome
{
    Accepted,
    /// <summary>It is not a CMS SignedData of plain bytes with attached content.</summary>
    ContainerInvalid,
    /// <summary>It has no signer or more than one.</summary>
    CountInvalid,
    /// <summary>The content is not JSON in UTF-8, repeats a member name, or contains an escaped U+0000.</summary>
    ContentNotJson,
    /// <summary>The signature of this content was not created with the specified certificate.</summary>
    SignatureInvalid,
    /// <summary>
    /// The certificate is missing, does not chain to a trust anchor, was not valid at signing time, is revoked, or is not for signing or
    /// not qualified.
    /// </summary>
    CertificateInvalid,
    /// <summary>A required time stamp is missing, or the time stamp is invalid.</summary>
    TimestampInvalid,
}

/// <summary>One step of a check, with an explanation for people.</summary>
/// <param name="Name">container, signers, content, signature, certificate or timestamp.</param>
/// <param name="Explanation">One line. Names authorities; identifies other certificates by number, never persons.</param>
/// <param name="Outcome">That of a container which fails here.</param>
public sealed record SignatureStep(string Name, bool IsPassed, string Explanation, SignatureOutcome Outcome);
