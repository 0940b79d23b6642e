using Esoz.Platform.Configuration;
using Esoz.Platform.Signatures;

namespace Esoz.Diagnosis;

/// <summary>
/// Whether signatures can be verified: without usable trust anchors every order to sign or to cancel is refused, which only clients would
/// notice.
/// </summary>
public static class SignatureFindings
{
    private const string Subject = "signatures";

    public static IReadOnlyList<Finding> Of(Settings settings, TimeProvider clock)
    {
        var options = settings.Signatures;
        // A sandbox is useful without signatures; a production registry that refuses all of them, or accepts any, is misconfigured.
        var severity = settings.Mode == Mode.Production ? Severity.Broken : Severity.Warning;
        if (!options.Enabled)
            return [new(severity, Subject, "plain JSON is accepted as signed content, no signature is verified",
                "DIGITAL_SIGNATURE_ENABLED=false is for tests only: set it to true")];

        var trust = new TrustDirectory(options.TrustPath, clock);
        var authorities = trust.Authorities(options.Revocation);
        var anchors = authorities.Count(authority => authority is { IsAnchor: true, Fault: null });
        return
        [
            anchors > 0
                ? Finding.Good(Subject, $"trust anchors: {anchors}")
                : new(severity, Subject,
                    $"no usable trust anchor in {options.TrustPath}: every signature is refused, no composition can be signed or cancelled",
                    settings.Mode == Mode.Production
                    ? "put the certificates of trusted authorities into its anchors/: docs/operations.md, Signatures"
                    : "esoz sign ca creates a test authority, and so does the demo of esoz serve"),
            .. authorities.Where(authority => authority.Fault is not null).Select(authority => Finding.Warning(
                $"{(authority.IsAnchor ? "trust anchor" : "authority")} {authority.Number}",
                $"signatures by certificates that it issued are refused: {authority.Fault}",
                "update its certificate and its revocation list, or remove it: docs/operations.md, Signatures")),
            .. trust.Faults.Select(
                fault => Finding.Warning("trust directory", $"not used: {fault}", "replace the file with a complete one, as DER or PEM")),
        ];
    }
}
