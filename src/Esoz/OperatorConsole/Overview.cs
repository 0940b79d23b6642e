using Esoz.Pages;
using Esoz.Platform.Health;

namespace Esoz.OperatorConsole;

/// <summary>Is it well? The first screen.</summary>
/// <param name="Faults">Why the server is not ready, as its probe tells it.</param>
/// <param name="Figures">Null for who may not see them.</param>
public sealed record Overview(ConsoleSession Session, IReadOnlyList<string> Faults, SystemFigures? Figures, MethodBook Methods)
{
    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-overview", ConsoleScreen.Root, role: null, Show);

    private static async Task<IResult> Show(
        HttpContext context, ConsoleSession session, Readiness readiness, RememberedFigures figures, MethodBook methods)
    {
        var ct = context.RequestAborted;
        var faults = await readiness.Faults(ct);
        return HtmlPage.Of<OverviewPage, Overview>(
            new(session, faults, session.May(ConsoleRole.OpsRead) ? await figures.Find(ct) : null, methods));
    }
}
