using Esoz.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Esoz.Tests.Platform.Http;

/// <summary>Paging of lists (platform §9).</summary>
public sealed class PagingTests
{
    [Theory(DisplayName = "page and page_size are read with their defaults, their synonym and the cap of 500")]
    [InlineData("", 1, 50)]
    [InlineData("?page=3&page_size=20", 3, 20)]
    [InlineData("?page_number=4", 4, 50)]
    [InlineData("?page=2&page_number=9", 2, 50)]
    [InlineData("?page_size=501", 1, 500)]
    [InlineData("?page_size=99999999999999999999", 1, 500)]
    [InlineData("?page=&page_size=", 1, 50)]
    [InlineData("?page=%2B3&page_size=%2B020", 3, 20)]
    public void Reads(string query, int number, int size)
    {
        var reader = Reader(query);

        Assert.Equal(new PageRequest(number, size), PageRequest.Read(reader));
        Assert.Null(reader.Refusal);
    }

    [Theory(DisplayName = "Below 1 is a number fault, anything that is not an integer a cast fault, both parameters at once")]
    [InlineData("?page=0", "page number")]
    [InlineData("?page=-1&page_size=0", "page number, page_size number")]
    [InlineData("?page=one&page_size=1.5", "page cast, page_size cast")]
    [InlineData("?page=1&page=2", "page cast")]
    [InlineData("?page_number=x", "page_number cast")]
    public void Refuses(string query, string faults)
    {
        var reader = Reader(query);

        PageRequest.Read(reader);

        Assert.Equal(faults, string.Join(", ", reader.Refusal!.Invalid.Select(invalid => $"{invalid.Entry} {invalid.Rules![0].Name}")));
    }

    [Theory(DisplayName = "Totals are true, also past the end; an empty list is page 1 of 1")]
    [InlineData(1, 50, 0, 1, 1)]
    [InlineData(7, 50, 0, 1, 1)]
    [InlineData(1, 50, 50, 1, 1)]
    [InlineData(1, 50, 51, 1, 2)]
    [InlineData(9, 50, 51, 9, 2)]
    public void Totals(int number, int size, long entries, int shownNumber, long pages)
    {
        Assert.Equal(new Paging(shownNumber, size, entries, pages), Paging.Of(new PageRequest(number, size), entries));
    }

    private static QueryReader Reader(string query) => new(new QueryCollection(QueryHelpers.ParseQuery(query)), PageRequest.Parameters);
}
