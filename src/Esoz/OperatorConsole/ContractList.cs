using System.Globalization;
using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>The contracts with the NHS.</summary>
/// <param name="Number">Of the page, from 1.</param>
/// <param name="Months">A year back and one ahead, of all contracts.</param>
public sealed record ContractList(
    ConsoleSession Session, ContractFilter Filter, int Number, bool HasMore, IReadOnlyList<ListedContract> Contracts,
    IReadOnlyList<ContractMonth> Months)
{
    public const string Path = ConsoleScreen.Root + "/contracts";
    public const string CsvPath = Path + ".csv";

    private const int PageSize = 50;
    private const int MaxCsv = 20_000;

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-contracts", Path, ConsoleRole.ContractsRead, Show);

    public static PageRoute Csv { get; } = ConsoleScreen.Shows("console-contracts-csv", CsvPath, ConsoleRole.ContractsRead, Download);

    /// <summary>Address of a page of the same list.</summary>
    public string AddressOf(int number) => ScreenAddress.Of(
        Path, Filter.Query.Append(("page", number == 1 ? null : number.ToString(CultureInfo.InvariantCulture))));

    private static async Task<IResult> Show(HttpContext context, ConsoleSession session, ReadDatabase database)
    {
        var contracts = new ContractTable(database);
        var query = Parameters.OfQuery(context.Request);
        var (filter, number) = (ContractFilter.Of(query), ScreenAddress.PageOf(query["page"]));
        var found = await contracts.List(filter, PageSize + 1, (number - 1) * PageSize, context.RequestAborted);
        return HtmlPage.Of<ContractListPage, ContractList>(
            new(session, filter, number, found.Count > PageSize, [.. found.Take(PageSize)],
                await contracts.Months(context.RequestAborted)));
    }

    private static async Task<IResult> Download(HttpContext context, ReadDatabase database)
    {
        var filter = ContractFilter.Of(Parameters.OfQuery(context.Request));
        var found = await new ContractTable(database).List(filter, MaxCsv + 1, 0, context.RequestAborted);
        if (found.Count > MaxCsv)
            return TooMany.Page(StatusCodes.Status422UnprocessableEntity);
        await PageRoute.Record(context, StatusCodes.Status200OK);
        return new CsvFile("contracts.csv", found.Select(RowOf).Prepend(
            ["id", "contract_number", "provider", "edrpou", "start_date", "end_date", "status", "is_suspended", "nhs_contract_price", "files"]));
    }

    private static IEnumerable<string?> RowOf(ListedContract it) =>
    [
        it.Id.ToString(), it.ContractNumber, it.Provider, it.Edrpou, Shown.Field(it.StartDate), Shown.Field(it.EndDate), it.Status,
        it.IsSuspended ? "true" : "false", it.NhsContractPrice?.ToString(CultureInfo.InvariantCulture),
        it.Files.ToString(CultureInfo.InvariantCulture),
    ];

    private static readonly Message TooMany = new(
        language => language.Text("Забагато договорів", "Too many contracts"),
        language => language.Text("Файл може мати 20 000 рядків. Звузьте вибір.", "A file may have 20 000 rows. Narrow the choice."))
    {
        Link = (Path, language => language.Text("До договорів", "To the contracts")),
    };
}
