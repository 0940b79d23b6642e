using Esoz.Cli.Commands;

namespace Esoz.Tests.Cli.Commands;

/// <summary>Progress where nobody watches a terminal.</summary>
public sealed class ProgressBarTests
{
    [Fact(DisplayName = "Without a terminal there is one line for each resource every ten seconds at most, and none before")]
    public void Lines()
    {
        var (errors, clock) = (new StringWriter(), new TestClock());
        using var bar = new ProgressBar(isWatched: false, errors, clock);

        Show();
        Assert.Equal("", errors.ToString());
        clock.Age(TimeSpan.FromSeconds(11));
        Show();
        Show();
        Assert.Equal("employees: 5 of 10, 7/s\nparties: 1,000 of 2,000\n", errors.ToString());
        clock.Age(TimeSpan.FromSeconds(11));
        Show();
        Assert.Equal(4, errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        void Show()
        {
            bar.Show("employees", 5, 10, 7);
            bar.Show("parties", 1000, 2000);
        }
    }
}
