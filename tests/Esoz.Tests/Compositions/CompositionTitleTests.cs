using Esoz.Compositions;

namespace Esoz.Tests.Compositions;

public sealed class CompositionTitleTests
{
    [Fact(DisplayName =
        "Sixteen symbols of 0123456789AEHKMPTX in groups of four; each symbol occurs in each place; no title occurs twice")]
    public void Form()
    {
        var titles = Enumerable.Range(0, 2000).Select(_ => CompositionTitle.Next()).ToList();

        Assert.All(titles, title => Assert.Matches("^[0-9AEHKMPTX]{4}(-[0-9AEHKMPTX]{4}){3}$", title));
        Assert.Equal(titles.Count, titles.Distinct().Count());
        // Probability that one of 18 symbols is absent at one of 16 positions in 2000 titles: 18 · 16 · (17/18)^2000, less than 1 in 10^46.
        Assert.All(Enumerable.Range(0, 19).Where(at => at % 5 != 4),
            at => Assert.Equal("0123456789AEHKMPTX", string.Concat(titles.Select(title => title[at]).Distinct().Order())));
    }
}
