using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>The snapshots of the bulk export: what is served, and the builds of a month.</summary>
/// <param name="Builds">In the order of the resources, the newest build first.</param>
public sealed record SnapshotList(ConsoleSession Session, DateTime Now, IReadOnlyList<SnapshotBuild> Builds)
{
    public const string Path = ConsoleScreen.Root + "/snapshots";

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-snapshots", Path, ConsoleRole.OpsRead, Show);

    /// <summary>Resources that have no snapshot in service.</summary>
    public IEnumerable<string> Missing => BulkResources.All.Select(resource => resource.Name)
        .Except(Builds.Where(build => build.State == SnapshotState.Ready).Select(build => build.Snapshot.Resource));

    public static string State(string state, Language language) => state switch
    {
        SnapshotState.Building => language.Text("Створюється", "Being built"),
        SnapshotState.Ready => language.Text("Роздається", "In service"),
        SnapshotState.Retired => language.Text("Замінено", "Replaced"),
        SnapshotState.Failed => language.Text("Не вдалося", "Failed"),
        _ => state,
    };

    private static async Task<IResult> Show(HttpContext context, ConsoleSession session, PostgresDatabase database, TimeProvider clock) =>
        HtmlPage.Of<SnapshotListPage, SnapshotList>(new(session, clock.GetUtcNow().UtcDateTime,
            await new SnapshotTable(database).List(BulkResources.All, context.RequestAborted)));
}
