using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.Pages;
using Esoz.Platform.RollUp;

namespace Esoz.OperatorConsole;

/// <summary>The snapshots of the bulk export: what is served, and the builds of a month.</summary>
/// <param name="Builds">In the order of the resources, the newest build first.</param>
/// <param name="Resource">Whose past builds are shown.</param>
/// <param name="Past">Of the last <see cref="Nights"/>, the earliest first.</param>
/// <param name="Downloads">By client, of as many days as there are figures of.</param>
public sealed record SnapshotList(ConsoleSession Session, DateTime Now, IReadOnlyList<SnapshotBuild> Builds, string Resource,
    IReadOnlyList<PastBuild> Past, IReadOnlyList<ClientDay> Downloads, KnownNames Names)
{
    /// <summary>Days that the plots show.</summary>
    public const int Nights = 30;

    /// <summary>Clients that have rows of their own.</summary>
    private const int MaxClients = 15;

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

    public static IReadOnlyList<string> Resources { get; } = [.. BulkResources.All.Select(resource => resource.Name)];

    /// <summary>The days that the plots show, the present one last.</summary>
    public IReadOnlyList<DateOnly> Days { get; } =
        [.. Enumerable.Range(1 - Nights, Nights).Select(day => DateOnly.FromDateTime(Now).AddDays(day))];

    /// <summary>The last build of every day; null where there was none.</summary>
    public IReadOnlyList<PastBuild?> Nightly =>
        [.. Days.Select(day => Past.LastOrDefault(build => DateOnly.FromDateTime(build.StartedAt) == day))];

    /// <summary>Downloads of each day, of the clients with the most; the rest is one row.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<long> Values)> DownloadsByClient(Language language)
    {
        var clients = Downloads.GroupBy(it => it.ClientId)
            .OrderByDescending(client => client.Sum(it => it.Requests)).ThenBy(client => client.Key);
        return ClientRows.Of(clients.Select(client => (client.Key, client.AsEnumerable())), MaxClients, Names, language, rows =>
        {
            var counts = rows.GroupBy(it => it.Day).ToDictionary(day => day.Key, day => day.Sum(it => it.Requests));
            return [.. Days.Select(day => counts.GetValueOrDefault(day))];
        });
    }

    private static async Task<IResult> Show(
        HttpContext context, ConsoleSession session, PostgresDatabase database, MethodBook methods, TimeProvider clock)
    {
        var ct = context.RequestAborted;
        var now = clock.GetUtcNow().UtcDateTime;
        var since = now.Date.AddDays(1 - Nights);
        var resource = Parameters.OfQuery(context.Request)["resource"] is { } asked && BulkResources.All.Any(it => it.Name == asked)
            ? asked : BulkResources.All[0].Name;
        var table = new SnapshotTable(database);
        var downloads = await new RollUpReader(database).Successes(since, methods.Downloads, ct);
        return HtmlPage.Of<SnapshotListPage, SnapshotList>(new(session, now, await table.List(BulkResources.All, ct), resource,
            await table.Past(resource, since, ct), downloads,
            await KnownNames.Of(database, downloads.Select(it => (Guid?)it.ClientId), ct)));
    }
}
