using System.Formats.Asn1;
using System.Text.Json;
using Esoz.Platform.Schema;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Cms;

namespace Esoz.Platform.Signatures;

/// <summary>
/// The check of a qualified electronic signature (КЕП): attached CMS, exactly one signer, one layer (compositions §14). Serves all threads; asks
/// no network; never throws for what is in a container.
/// </summary>
public sealed class SignatureCheck(SignatureOptions options, TrustDirectory trust, TimeProvider clock)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Goes through all steps until one fails.</summary>
    /// <param name="container">The CMS; where signatures are not checked (<see cref="SignatureOptions.Enabled"/>), the plain content.</param>
    public SignatureVerdict Check(ReadOnlyMemory<byte> container) => new Attempt(options, trust, clock).Check(container);

    /// <summary>One check under way: what it found so far.</summary>
    private sealed class Attempt(SignatureOptions options, TrustDirectory trust, TimeProvider clock)
    {
        private readonly List<SignatureStep> _steps = [];
        private SignatureVerdict _found = new() { Outcome = SignatureOutcome.Accepted, Steps = [] };

        public SignatureVerdict Check(ReadOnlyMemory<byte> container)
        {
            var outcome = options.Enabled ? CheckContainer(container) : CheckContent(container.ToArray());
            return _found with { Outcome = outcome, Steps = _steps };
        }

        private SignatureOutcome CheckContainer(ReadOnlyMemory<byte> encoded)
        {
            var now = clock.GetUtcNow();
            var store = trust.Current();
            SignedData? container = null;
            if (!Passes("container", () =>
            {
                container = SignedData.Read(encoded);
                return container.ContentType == SignedData.Data ? null : $"the content is of the type {container.ContentType}, not plain bytes";
            }, () => $"CMS SignedData, {container!.Content.Length} bytes of content, {container.Certificates.Count} certificates"))
                return SignatureOutcome.ContainerInvalid;

            if (!Passes("signers", () => container!.Signers.Count == 1 ? null : $"there are {container.Signers.Count} signers", () => "one signer"))
                return SignatureOutcome.CountInvalid;

            if (CheckContent(container!.Content) is var content and not SignatureOutcome.Accepted)
                return content;

            SignerInfo? signer = null;
            Certificate? certificate = null;
            if (!Passes("signature", () =>
            {
                signer = new SignerInfo(container.Signers[0]);
                certificate = container.Certificates.Concat(store.Certificates).FirstOrDefault(signer.Names);
                if (certificate is null)
                    return null;
                _found = _found with { Signer = Signer.Of(certificate), ClaimedAt = signer.SigningTime };
                return signer.Fault(container.ContentType, container.Content, certificate);
            }, () => certificate is null ? "cannot be looked at without the certificate" : $"good: {certificate.Key.Name}, signed attributes"))
                return SignatureOutcome.SignatureInvalid;

            // The time stamp is proved last; until then its time is as good as any other, because what it does not prove is refused there.
            TimestampToken? stamp = null;
            var stampFault = Malformed(() => stamp = Stamp(signer!));
            var at = stamp?.Time ?? now;
            if (!Passes("certificate", () => certificate is null ? "the signer's certificate is neither in the container nor known"
                    : MaySign(certificate) ?? new CertificatePath(store, container.Certificates, options.Revocation, at).Fault(certificate),
                () => FormattableString.Invariant($"number {certificate!.Number}: led to a trust anchor, {Praise(options.Revocation)} at {at:u}")))
                return SignatureOutcome.CertificateInvalid;

            if (!Passes("timestamp", () => stampFault
                    ?? (stamp is not null ? stamp.Fault(signer!.Signature, container.Certificates, store, options.Revocation, now)
                    : options.RequireTimestamp ? "there is none" : null),
                () => stamp is null ? "there is none, and none is required" : FormattableString.Invariant($"good: {stamp.Time:u}")))
                return SignatureOutcome.TimestampInvalid;
            _found = _found with { StampedAt = stamp?.Time };
            return SignatureOutcome.Accepted;
        }

        private SignatureOutcome CheckContent(byte[] content)
        {
            var text = content.AsMemory();
            if (text.Span.StartsWith(ByteOrderMark))
                text = text[ByteOrderMark.Length..];
            text = text[..(text.Span.LastIndexOfAnyExcept((byte)0) + 1)];
            _found = _found with { SignedBytes = content, Text = text };
            return Passes("content", () =>
            {
                if (!JsonText.IsSound(text.Span))
                    return "it is not valid Unicode text";
                try
                {
                    _found = _found with { Json = JsonElement.Parse(text.Span, Strict) };
                    return null;
                }
                catch (JsonException fault)
                {
                    return $"it is not JSON (line {fault.LineNumber}, byte {fault.BytePositionInLine})";
                }
            }, () => $"JSON, {text.Length} bytes")
                ? SignatureOutcome.Accepted
                : SignatureOutcome.ContentNotJson;
        }

        private static string? MaySign(Certificate certificate) =>
            certificate.Usage is { } usage && (usage & (KeyUsages.DigitalSignature | KeyUsages.NonRepudiation)) == 0
                ? $"certificate {certificate.Number} is not for signing"
                : null;

        private static string Praise(RevocationMode revocation) => revocation switch
        {
            RevocationMode.Crl => "valid and not revoked",
            RevocationMode.None => "valid, revocation not looked at,",
        };

        /// <summary>Null when there is none.</summary>
        private static TimestampToken? Stamp(SignerInfo signer)
        {
            if (signer.Unsigned?.Has(AttributeTable.Timestamp) != true)
                return null;
            return TimestampToken.Read(signer.Unsigned.Single(AttributeTable.Timestamp) ?? throw new AsnContentException("there is more than one time stamp"));
        }

        /// <summary>Takes a step. What is malformed fails the step that stumbled over it.</summary>
        private bool Passes(string name, Func<string?> fault, Func<string> praise)
        {
            string? found = null;
            found = Malformed(() => found = fault()) ?? found;
            _steps.Add(new SignatureStep(name, found is null, found ?? praise()));
            return found is null;
        }

        private static string? Malformed(Action read)
        {
            try
            {
                read();
                return null;
            }
            catch (AsnContentException malformed)
            {
                return malformed.Message;
            }
        }
    }
}
