using Esoz.Pages;
using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;

namespace Esoz.OperatorConsole;

/// <summary>What signatures are checked against: authorities and their revocation lists, as this node has them.</summary>
/// <param name="Faults">Files that are not used, and why.</param>
public sealed record TrustView(
    ConsoleSession Session, IReadOnlyList<string> Faults, IReadOnlyList<TrustedAuthority> Authorities, IReadOnlyList<RevocationList> Lists)
{
    public const string Path = ConsoleScreen.Root + "/trust";

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-trust", Path, ConsoleRole.OpsRead, Show);

    private static HtmlPage Show(ConsoleSession session, TrustDirectory trust, SignatureOptions options) =>
        HtmlPage.Of<TrustViewPage, TrustView>(
            new(session, trust.Faults, trust.Authorities(options.Revocation, options.Delta), trust.Lists));
}
