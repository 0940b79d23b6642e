using System.Globalization;
using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>What to download to bring a copy of the bulk export up to date (pis-bulk §8).</summary>
/// <param name="Depth">Window in days; null = the full set.</param>
public sealed record Absence(int? Depth);

/// <summary>What the page of guides shows.</summary>
/// <param name="MaxDepth">Largest window of days.</param>
/// <param name="Copy">Instant of the copy, as it was sent.</param>
/// <param name="Snapshot">Instant of the snapshot in service, as it was sent.</param>
/// <param name="Result">Null when nothing was asked, or not so that it can be answered.</param>
/// <param name="Server">Base URL, for the examples.</param>
/// <param name="Resources">Of the bulk export.</param>
public sealed record Guides(
    PortalView View, Reference Reference, string Server, IReadOnlyList<BulkResource> Resources, int MaxDepth, string? Copy,
    string? Snapshot, Absence? Result)
{
    /// <summary>The method that serves a resource; null when this server does not.</summary>
    public MethodEntry? MethodOf(BulkResource resource) => Reference.Methods.FirstOrDefault(method => method.Card.Path == $"/api/pis/bulk/{resource.Name}");
}

/// <summary>GET /docs/guides: the way to the walk through a conclusion, and the bulk export with a calculator of its windows.</summary>
public static class ShowGuides
{
    public static PageRoute Page { get; } = new("portal-guides", HttpMethods.Get, PortalPages.Guides) { Handle = Handle };

    private static HtmlPage Handle(HttpContext context, Reference reference, BulkExportOptions bulk, PublicUrl publicUrl)
    {
        var view = PortalView.Of(context);
        var query = Parameters.OfQuery(context.Request);
        var (copy, snapshot) = (query["copy"], query["snapshot"]);
        return PortalView.Page<GuidesPage, Guides>(
            new(view, reference, publicUrl.Base(context.Request), BulkResources.All, bulk.MaxDepth,
                copy, snapshot, Calculate(Instant(copy), Instant(snapshot), bulk.MaxDepth)));
    }

    /// <summary>The days between the two instants, rounded up, at least one; the full set beyond the largest window.</summary>
    internal static Absence? Calculate(DateTimeOffset? copy, DateTimeOffset? snapshot, int maxDepth)
    {
        if (snapshot - copy is not { } between || between < TimeSpan.Zero)
            return null;
        var days = Math.Max(1, Math.Ceiling(between.TotalDays));
        return new(days <= maxDepth ? (int)days : null);
    }

    private static DateTimeOffset? Instant(string? text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
        ? instant : null;
}
