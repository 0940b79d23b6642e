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
    public SignatureVerdict Check(ReadOnlyMemory<byte> container) =>
        new Attempt(options, trust.Current(), clock.GetUtcNow(), isThorough: false).Check(container);

    /// <summary>
    /// Executes every step that can be executed, for people: after a failed one, for each of several signers, within base64, PEM and
    /// UA1_SIGN, whatever the content. The outcome is that of the first failed step, as of <see cref="Check"/>; base64 is what a request
    /// has.
    /// </summary>
    public SignatureVerdict Examine(ReadOnlyMemory<byte> file) =>
        new Attempt(options with { Enabled = true }, trust.Current(), clock.GetUtcNow(), isThorough: true).Check(file);

    /// <summary>
    /// State of one check: the steps in order, each a method that returns its finding, and the data that later steps need.
    /// </summary>
    private sealed class Attempt(SignatureOptions options, TrustStore store, DateTimeOffset now, bool isThorough)
    {
        private readonly List<SignatureStep> _steps = [];
        private readonly List<SignerCheck> _signers = [];
        private SignatureVerdict _found = new() { Outcome = SignatureOutcome.Accepted, Steps = [], Signers = [] };
        private SignedData? _container;

        public SignatureVerdict Check(ReadOnlyMemory<byte> container)
        {
            if (options.Enabled)
                CheckContainer(container);
            else
                Run("content", SignatureOutcome.ContentNotJson, () => ReadContent(container.ToArray()));
            var failed = _steps.Find(step => !step.IsPassed);
            return _found with
            {
                Outcome = failed?.Outcome ?? SignatureOutcome.Accepted,
                Steps = _steps,
                Signers = [.. _signers.Select(signer => signer.Facts)],
            };
        }

        private void CheckContainer(ReadOnlyMemory<byte> encoded)
        {
            if (!Run("container", SignatureOutcome.ContainerInvalid, () => ReadContainer(encoded)) || _container is null
                || !Run("signers", SignatureOutcome.CountInvalid, CountSigners)
                || (_container.HasContent && !Run("content", SignatureOutcome.ContentNotJson, () => ReadContent(_container.Content))))
                return;
            foreach (var encodedSigner in _container.Signers)
            {
                var signer = new SignerCheck(options, store, now, _container, encodedSigner);
                _signers.Add(signer);
                if (!Run("signature", SignatureOutcome.SignatureInvalid, signer.ProveSignature)
                    || !Run("certificate", SignatureOutcome.CertificateInvalid, signer.ProveCertificate)
                    || !Run("timestamp", SignatureOutcome.TimestampInvalid, signer.ProveTimestamp))
                    return;
            }
        }

        private Finding ReadContainer(ReadOnlyMemory<byte> encoded)
        {
            var (wrapping, isBase64) = ("", false);
            if (isThorough && FileKind.Of(encoded) is { Inside.IsEmpty: false } kind)
                (encoded, wrapping, isBase64) = (kind.Inside, kind.Name, kind.IsBase64);
            try
            {
                _container = SignedData.Read(encoded);
            }
            catch (AsnContentException malformed)
            {
                var name = FileKind.Of(encoded).Name;
                // What is no ASN.1 at all has no fault in it that could be named.
                return Finding.Bad(encoded.Span is [0x30, ..] ? $"{malformed.Message}; it is {name}" : $"it is {name}, not a CMS");
            }
            if (wrapping.Length > 0 && !isBase64)
                return Finding.Bad($"it is {wrapping}; the CMS within is examined");
            if (!_container.HasContent)
                return Finding.Bad("the container does not include the content (a detached signature)");
            var length = $"{_container.Content.Length} bytes of content, {_container.Certificates.Count} certificates";
            return _container.ContentType == SignedData.Data
                ? Finding.Good($"{(isBase64 ? "base64 of a " : "")}CMS SignedData, {length}")
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
                return Bad(content, "it is not valid Unicode text");
            if (JsonText.NamesNul(text.Span))
                return Finding.Bad("it escapes U+0000, which cannot be stored");
            try
            {
                _found = _found with { Json = JsonElement.Parse(text.Span, Strict) };
                return Finding.Good($"JSON, {text.Length} bytes");
            }
            catch (JsonException fault)
            {
                return Bad(content, $"it is not JSON (line {fault.LineNumber}, byte {fault.BytePositionInLine})");
            }
        }

        private static Finding Bad(byte[] content, string explanation) =>
            Finding.Bad(FileKind.Of(content) is { Name: var name } && name != FileKind.Json ? $"{explanation}; it is {name}" : explanation);

        /// <summary>Executes a step. Malformed data fails the step that reads it.</summary>
        /// <returns>Whether to go on.</returns>
        private bool Run(string name, SignatureOutcome outcome, Func<Finding> step)
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
            _steps.Add(new SignatureStep(name, finding.IsGood, finding.Explanation, finding.IsGood ? SignatureOutcome.Accepted : outcome));
            return finding.IsGood || isThorough;
        }
    }
}
