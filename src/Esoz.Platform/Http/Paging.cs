namespace Esoz.Platform.Http;

/// <summary>The <c>paging</c> member of a list (platform §9).</summary>
public sealed record Paging(int PageNumber, int PageSize, long TotalEntries, long TotalPages)
{
    public static Paging Of(PageRequest page, long totalEntries) => totalEntries == 0
        ? new(1, page.Size, 0, 1)
        : new(page.Number, page.Size, totalEntries, (totalEntries + page.Size - 1) / page.Size);
}

/// <summary>
/// The requested page of a list: <c>page</c> (or <c>page_number</c>) from 1, <c>page_size</c> 50 by default and 500 at most (platform §9).
/// </summary>
public readonly record struct PageRequest(int Number, int Size)
{
    internal const int MaxSize = 500;

    /// <summary>The query parameters of paging.</summary>
    public static IReadOnlyList<QueryParameter> Parameters { get; } =
    [
        new("page", QueryType.Integer(1), "Number of the page; page_number is read when it is absent.")
        {
            Default = 1,
            Synonym = "page_number",
        },
        new("page_size", QueryType.Integer(1), $"Entries of a page; above {MaxSize} acts as {MaxSize}.") { Default = 50 },
    ];

    public long Offset => (Number - 1L) * Size;

    /// <summary>Reads the two parameters; faults of both are reported together.</summary>
    public static PageRequest Read(QueryReader query) => new(query.Read<int>("page"), Math.Min(query.Read<int>("page_size"), MaxSize));
}
