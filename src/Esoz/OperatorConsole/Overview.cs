using Esoz.Pages;
using Esoz.Platform.Health;

namespace Esoz.OperatorConsole;

/// <summary>Is it well? The first screen.</summary>
/// <param name="Faults">Why the server is not ready, as its probe tells it.</param>
public sealed record Overview(ConsoleSession Session, IReadOnlyList<string> Faults)
{
    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-overview", ConsoleScreen.Root, role: null, Show);

    private static async Task<IResult> Show(HttpContext context, ConsoleSession session, Readiness readiness) =>
        HtmlPage.Of<OverviewPage, Overview>(new(session, await readiness.Faults(context.RequestAborted)));
}
