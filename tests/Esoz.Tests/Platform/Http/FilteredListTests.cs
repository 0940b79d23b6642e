using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.Tests.Platform.Http;

/// <summary>Pages of lists, read from both ends (platform §9).</summary>
public sealed class FilteredListTests(Registry registry) : IClassFixture<Registry>
{
    [Theory(DisplayName =
        "Every page is the same slice of one order, for one owner's rows and for all, from either end; past the end it is empty and the total stays")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(500)]
    public async Task Pages(int size)
    {
        // Some have the same timestamp, so that the id decides the order; the condition excludes some.
        var division = await registry.Given.Division(await registry.Given.Provider());
        for (var i = 0; i < 23; i++)
        {
            await registry.Given.Insert("division_addresses", new()
            {
                ["division_id"] = division,
                ["type"] = i % 6 == 5 ? "REGISTRATION" : "RESIDENCE",
                ["country"] = "UA",
                ["area"] = "М.КИЇВ",
                ["settlement"] = "Київ",
                ["settlement_type"] = "CITY",
                ["settlement_id"] = Guid.NewGuid(),
                ["inserted_at"] = new DateTime(2026, 1, 1 + i / 4, 0, 0, 0, DateTimeKind.Utc),
            });
        }
        var all = (await registry.Rows(
            "SELECT id FROM division_addresses WHERE division_id = $1 AND type = 'RESIDENCE' ORDER BY inserted_at, id", division))
            .Select(row => (Guid)row["id"]!).ToList();
        Assert.Equal(20, all.Count);

        for (var number = 1; number <= (all.Count + size - 1) / size + 2; number++)
        {
            foreach (var isOfOneOwner in new[] { true, false })
            {
                var (ids, total) = await Page(division, isOfOneOwner, new PageRequest(number, size));
                Assert.Equal(all.Skip((number - 1) * size).Take(size), ids);
                Assert.Equal(20, total);
            }
        }
    }

    [Fact(DisplayName = "A condition without a value is not applied; without conditions all rows are listed; an empty result is an empty list")]
    public async Task Conditions()
    {
        var rows = await registry.Scalar<long>("SELECT count(*) FROM dictionaries");

        Assert.Equal(rows, (await Read(Dictionaries().Where("item.name = {0}", null), new(1, 1))).Total);
        Assert.Equal(1, (await Read(Dictionaries().Where("item.name = {0}", "GENDER"), new(1, 50))).Total);
        var (ids, total) = await Read(Dictionaries().Where("item.name = {0}", "GENDER").Where("NOT item.is_active"), new(1, 50));
        Assert.Empty(ids);
        Assert.Equal(0, total);
    }

    private static FilteredList Dictionaries() => new("dictionaries", "item");

    private Task<(IEnumerable<Guid> Ids, long Total)> Page(Guid division, bool isOfOneOwner, PageRequest page) =>
        Read(new FilteredList("division_addresses", "item")
            .OfOwner("item.division_id = {0}", isOfOneOwner ? division : null)
            .Where("item.division_id = {0}", isOfOneOwner ? null : division)
            .Where("item.type = {0}", "RESIDENCE"), page);

    private async Task<(IEnumerable<Guid> Ids, long Total)> Read(FilteredList list, PageRequest page)
    {
        var (items, total) = await list.Read(registry.Database, page, new RowMap<Item>("item"), TestContext.Current.CancellationToken);
        return (items.Select(item => item.Id), total);
    }

    private sealed record Item(Guid Id);
}
