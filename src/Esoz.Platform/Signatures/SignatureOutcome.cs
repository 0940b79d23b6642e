namespace Esoz.Platform.Signatures;

/// <summary>
/// What became of a signed container: accepted, or the first step that it failed, in the order in which they are taken (compositions §14).
/// </summary>
public enum SignatureOutcome
{
    Accepted,
    /// <summary>It is no CMS SignedData of plain bytes with the content inside.</summary>
    ContainerInvalid,
    /// <summary>It has no signer, or more than one.</summary>
    CountInvalid,
    /// <summary>The content is not JSON in UTF-8, repeats a member name, or escapes U+0000.</summary>
    ContentNotJson,
    /// <summary>The signature is not one of the named certificate over this content.</summary>
    SignatureInvalid,
    /// <summary>
    /// The certificate is missing, not led back to a trust anchor, not valid at signing time, revoked, or not for signing.
    /// </summary>
    CertificateInvalid,
    /// <summary>The time stamp is missing while one is required, or does not prove anything.</summary>
    TimestampInvalid,
}

/// <summary>One step of a check, for a person who wants to know why.</summary>
/// <param name="Name">container, signers, content, signature, certificate or timestamp.</param>
/// <param name="Explanation">One line. Names certificates by number, never persons.</param>
public sealed record SignatureStep(string Name, bool IsPassed, string Explanation);
