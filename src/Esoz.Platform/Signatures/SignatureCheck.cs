using System.Formats.Asn1;
using System.Text.Json;
using Esoz.Platform.Json;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Cms;

namespace Esoz.Platform.Signatures;

/// <summary>
/// The check of a qualified electronic signature (КЕП): attached CMS, exactly one signer, one layer (compositions §14). Thread-safe; does
/// not use the network; never throws because of a container's content.
/// </summary>
public sealed class SignatureCheck(SignatureOptions options, TrustDirectory trust, TimeProvider clock)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Executes the steps until one fails.</summary>
    /// <param name="container">The CMS; if signature checks are disabled (<see cref="SignatureOptions.Enabled"/>), the plain
    /// content.</param>
    public SignatureVerdict Check(ReadOnlyMemory<byte> container) => new Attempt(options, trust, clock).Check(container);

    /// <summary>
    /// State of one check: the steps in order, each a method that returns its finding, and the data that later steps need.
    /// </summary>
    private sealed class Attempt(SignatureOptions options, TrustDirectory trust, TimeProvider clock)
    {
        private readonly List<SignatureStep> _steps = [];
        private readonly DateTimeOffset _now = clock.GetUtcNow();
        private readonly TrustStore _store = trust.Current();
        private SignatureVerdict _found = new() { Outcome = SignatureOutcome.Accepted, Steps = [] };
        private SignedData? _container;
        private SignerInfo? _signer;
        private Certificate? _certificate;

        public SignatureVerdict Check(ReadOnlyMemory<byte> container)
        {
            var outcome = options.Enabled ? CheckContainer(container)
                : Fails("content", () => ReadContent(container.ToArray())) ? SignatureOutcome.ContentNotJson
                : SignatureOutcome.Accepted;
            return _found with { Outcome = outcome, Steps = _steps };
        }

        private SignatureOutcome CheckContainer(ReadOnlyMemory<byte> encoded) =>
            Fails("container", () => ReadContainer(encoded)) ? SignatureOutcome.ContainerInvalid
            : Fails("signers", CountSigners) ? SignatureOutcome.CountInvalid
            : Fails("content", () => ReadContent(_container!.Content)) ? SignatureOutcome.ContentNotJson
            : Fails("signature", ProveSignature) ? SignatureOutcome.SignatureInvalid
            : Fails("certificate", ProveCertificate) ? SignatureOutcome.CertificateInvalid
            : Fails("timestamp", ProveTimestamp) ? SignatureOutcome.TimestampInvalid
            : SignatureOutcome.Accepted;

        private Finding ReadContainer(ReadOnlyMemory<byte> encoded)
        {
            _container = SignedData.Read(encoded);
            return _container.ContentType == SignedData.Data
                ? Finding.Good(
                    $"CMS SignedData, {_container.Content.Length} bytes of content, {_container.Certificates.Count} certificates")
                : Finding.Bad($"the content is of the type {_container.ContentType}, not plain bytes");
        }

        private Finding CountSigners() =>
            _container!.Signers.Count == 1 ? Finding.Good("one signer") : Finding.Bad($"there are {_container.Signers.Count} signers");

        private Finding ReadContent(byte[] content)
        {
            var text = content.AsMemory();
            if (text.Span.StartsWith(ByteOrderMark))
                text = text[ByteOrderMark.Length..];
            text = text[..(text.Span.LastIndexOfAnyExcept((byte)0) + 1)];
            _found = _found with { SignedBytes = content, Text = text };
            if (!JsonText.IsSound(text.Span))
                return Finding.Bad("it is not valid Unicode text");
            if (JsonText.NamesNul(text.Span))
                return Finding.Bad("it escapes U+0000, which cannot be stored");
            try
            {
                _found = _found with { Json = JsonElement.Parse(text.Span, Strict) };
                return Finding.Good($"JSON, {text.Length} bytes");
            }
            catch (JsonException fault)
            {
                return Finding.Bad($"it is not JSON (line {fault.LineNumber}, byte {fault.BytePositionInLine})");
            }
        }

        /// <summary>A missing certificate is reported by the next step.</summary>
        private Finding ProveSignature()
        {
            _signer = new SignerInfo(_container!.Signers[0]);
            _certificate = _container.Certificates.Concat(_store.Certificates).FirstOrDefault(_signer.Names);
            if (_certificate is null)
                return Finding.Good("not checked: there is no certificate");
            _found = _found with { Signer = Signer.Of(_certificate), ClaimedAt = _signer.SigningTime };
            return Finding.Of(_signer.Fault(_container.ContentType, _container.Content, _certificate),
                $"good: {_certificate.Key.Name}, signed attributes");
        }

        private Finding ProveCertificate()
        {
            if (_certificate is null)
                return Finding.Bad("the signer's certificate is neither in the container nor in the trust directory");
            if (_certificate.Usage is { } usage && (usage & (KeyUsages.DigitalSignature | KeyUsages.NonRepudiation)) == 0)
                return Finding.Bad($"certificate {_certificate.Number} must not be used for signing");
            var at = SigningTime();
            return Finding.Of(new CertificatePath(_store, _container!.Certificates, options.Revocation, at).Fault(_certificate),
                FormattableString.Invariant(
                $"number {_certificate.Number}: chain to a trust anchor, valid at {at:u}, {(options.Revocation == RevocationMode.None ? "revocation not checked" : "not revoked")}"));
        }

        private Finding ProveTimestamp()
        {
            if (Stamp() is not { } stamp)
                return options.RequireTimestamp ? Finding.Bad("there is none") : Finding.Good("there is none, and none is required");
            if (stamp.Fault(_signer!.Signature, _container!.Certificates, _store, options.Revocation, _now) is { } fault)
                return Finding.Bad(fault);
            _found = _found with { StampedAt = stamp.Time };
            return Finding.Good(FormattableString.Invariant($"good: {stamp.Time:u}"));
        }

        /// <summary>
        /// The time of the time stamp, otherwise now. The time stamp is verified last; its time can be used before that, because an invalid
        /// time stamp is refused in the last step.
        /// </summary>
        private DateTimeOffset SigningTime()
        {
            try
            {
                return Stamp()?.Time ?? _now;
            }
            catch (AsnContentException)
            {
                return _now;
            }
        }

        /// <summary>The time stamp; null when there is none.</summary>
        private TimestampToken? Stamp()
        {
            if (_signer!.Unsigned?.Has(AttributeTable.Timestamp) != true)
                return null;
            return TimestampToken.Read(_signer.Unsigned.Single(AttributeTable.Timestamp)
                ?? throw new AsnContentException("there is more than one time stamp"));
        }

        /// <summary>Executes a step. Malformed data fails the step that reads it.</summary>
        private bool Fails(string name, Func<Finding> step)
        {
            Finding finding;
            try
            {
                finding = step();
            }
            catch (AsnContentException malformed)
            {
                finding = Finding.Bad(malformed.Message);
            }
            _steps.Add(new SignatureStep(name, finding.IsGood, finding.Explanation));
            return !finding.IsGood;
        }
    }

    private readonly record struct Finding(bool IsGood, string Explanation)
    {
        public static Finding Good(string explanation) => new(true, explanation);

        public static Finding Bad(string explanation) => new(false, explanation);

        public static Finding Of(string? fault, string praise) => fault is null ? Good(praise) : Bad(fault);
    }
}
