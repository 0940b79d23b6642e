using System.Globalization;
using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>The providers, found by name or ЄДРПОУ. Shows nobody's name.</summary>
/// <param name="Find">Part of a name, or the whole ЄДРПОУ.</param>
/// <param name="Status">Only providers with it; null = any.</param>
/// <param name="Number">Of the page, from 1.</param>
public sealed record LegalEntityList(
    ConsoleSession Session, string? Find, string? Status, int Number, bool HasMore, IReadOnlyList<ListedLegalEntity> Entities)
{
    public const string Path = ConsoleScreen.Root + "/providers";

    private const int PageSize = 50;

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-legal-entities", Path, ConsoleRole.ContractsRead, Show);

    /// <summary>Address of a page of the same list.</summary>
    public string AddressOf(int number) => ScreenAddress.Of(Path, ("find", Find), ("status", Status),
        ("page", number == 1 ? null : number.ToString(CultureInfo.InvariantCulture)));

    private static async Task<IResult> Show(HttpContext context, ConsoleSession session, ReadDatabase database)
    {
        var query = Parameters.OfQuery(context.Request);
        var (find, number) = (query["find"]?.Trim(), ScreenAddress.PageOf(query["page"]));
        var status = LegalEntityWords.Statuses.Select(it => it.Value).FirstOrDefault(it => it == query["status"]);
        var found = await new LegalEntityTable(database).List(find, status, PageSize + 1, (number - 1) * PageSize, context.RequestAborted);
        return HtmlPage.Of<LegalEntityListPage, LegalEntityList>(
            new(session, find, status, number, found.Count > PageSize, [.. found.Take(PageSize)]));
    }
}
