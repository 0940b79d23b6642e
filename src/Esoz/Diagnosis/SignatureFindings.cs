using Esoz.Platform.Configuration;
using Esoz.Platform.Health;
using Esoz.Platform.Signatures;

namespace Esoz.Diagnosis;

/// <summary>
/// Whether signatures can be verified: without usable trust anchors every order to sign or to cancel is refused, which only clients would
/// notice.
/// </summary>
public static class SignatureFindings
{
    internal const string Subject = "signatures";
    internal const string Disabled = "plain JSON is accepted as signed content, no signature is verified";
    internal const string EnableThem = "DIGITAL_SIGNATURE_ENABLED=false is for tests only: set it to true";

    private const string Advice = "update its certificate and its revocation list, or remove it: docs/operations.md, Signatures";

    /// <summary>Names of authorities in one finding.</summary>
    private const int MaxNames = 10;

    public static IReadOnlyList<Finding> Of(Settings settings, TimeProvider clock) => Of(settings,
        () => new TrustDirectory(settings.Signatures.TrustPath, clock, isTest: TestAnchors.Refused(settings)));

    /// <param name="find">The trust directory; called when signatures are verified.</param>
    public static IReadOnlyList<Finding> Of(Settings settings, Func<TrustDirectory> find)
    {
        var options = settings.Signatures;
        // ProductionFindings has it.
        if (settings.Mode == Mode.Production && !options.Enabled)
            return [];
        // A sandbox is useful without signatures; a production registry that refuses all of them, or accepts any, is misconfigured.
        var severity = settings.Mode == Mode.Production ? Severity.Broken : Severity.Warning;
        if (!options.Enabled)
            return [Finding.Warning(Subject, Disabled, EnableThem)];

        var trust = find();
        var authorities = trust.Authorities(options.Revocation, options.Delta);
        var anchors = authorities.Count(authority => authority is { IsAnchor: true, Fault: null });
        return
        [
            anchors > 0
                ? Finding.Good(Subject, $"trust anchors: {anchors}")
                : new(severity, Subject,
                    $"no usable trust anchor in {options.TrustPath}: every signature is refused, no composition can be signed or cancelled",
                    settings.Mode == Mode.Production
                    ? "put the certificates of trusted authorities into its anchors/, or: esoz trust import FILE; docs/operations.md, Signatures"
                    : "esoz sign ca creates a test authority, and so does the demo of esoz serve"),
            Finding.Good("trust files",
                $"{trust.Anchors} anchors, {trust.Certificates} other certificates, {trust.Lists.Count} revocation lists"),
            settings.Mode == Mode.Production && options.Qualified == QualifiedMode.Any
                ? Finding.Warning("signers", "any certificate may sign, qualified or not, seals too", "set SIGNATURE_QUALIFIED=certificate")
                : Finding.Good("signers", options.Qualified switch
                {
                    QualifiedMode.Any => "any certificate may sign",
                    QualifiedMode.Certificate => "qualified certificates may sign",
                    QualifiedMode.Device => "qualified certificates with a key in a device may sign",
                }),
            .. authorities.Where(authority => authority is { IsAnchor: true, Fault: not null } && !IsReplaced(authority, authorities))
                .GroupBy(authority => authority.Name).Select(Anchor),
            .. authorities.Where(authority => authority is { IsAnchor: false, Fault: not null } && !IsReplaced(authority, authorities))
                .GroupBy(authority => authority.State).OrderBy(same => same.Key).Select(Others),
            .. authorities.SelectMany(authority => authority.Warnings).Distinct().Select((warning, at) => Finding.Warning(
                at == 0 ? "delta lists" : $"delta lists ({at + 1})", $"newer revocations are not noticed: {warning}",
                "fetch the delta lists as often as they are published: docs/operations.md, Signatures")),
            .. trust.Faults.Select(fault => Finding.Warning(
                "trust directory", $"not used: {fault}", "replace the file with a complete one, or remove it: docs/operations.md, Signatures")),
        ];
    }

    private static Finding Anchor(IGrouping<string, TrustedAuthority> same) => Finding.Warning(
        $"trust anchor {same.Key}",
        $"signatures by certificates that it issued are refused: {Faults(same)}", Advice);

    private static string Faults(IEnumerable<TrustedAuthority> same) => string.Join("; ", same.Select(it => it.Fault).Distinct());

    /// <summary>One finding for all of a kind: a bundle of the ЦЗО has hundreds.</summary>
    private static Finding Others(IGrouping<AuthorityState, TrustedAuthority> same)
    {
        var names = same.Select(authority => authority.Name).Distinct().ToList();
        if (names.Count == 1)
            return Finding.Warning($"authority {names[0]}",
                $"signatures by certificates that it issued, and its time stamps, are refused: {Faults(same)}",
                Advice);
        var reason = same.Key switch
        {
            AuthorityState.Expired => "they have expired",
            AuthorityState.WithoutList => "no current revocation list",
            AuthorityState.Untrusted => "no chain to a usable trust anchor, or a key that is not accepted",
            AuthorityState.Usable => "nothing",
        };
        var more = names.Count > MaxNames ? $" and {names.Count - MaxNames} more (esoz trust list)" : "";
        return Finding.Warning($"{names.Count} authorities: {reason}",
            $"signatures by certificates that they issued, and their time stamps, are refused: {string.Join(", ", names.Take(MaxNames))}{more}",
            Advice);
    }

    /// <summary>Expired, and the same authority has another certificate that has not: kept for time stamps of the past.</summary>
    private static bool IsReplaced(TrustedAuthority authority, IReadOnlyList<TrustedAuthority> all) =>
        authority.State == AuthorityState.Expired
        && all.Any(other => other.State != AuthorityState.Expired && other.Name == authority.Name);
}
