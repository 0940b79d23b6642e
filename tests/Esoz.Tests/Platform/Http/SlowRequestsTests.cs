using System.Globalization;
using System.Text.RegularExpressions;
using Esoz.Platform.Database;

namespace Esoz.Tests.Platform.Http;

/// <summary>The line of a slow request tells what it waited for.</summary>
public sealed partial class SlowRequestsTests(SlowRequestsTests.Small registry) : IClassFixture<SlowRequestsTests.Small>
{
    private const int Limit = 300;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A request behind a lock names its statement, those behind it the pool, and no line has a value of the request")]
    public async Task Waits()
    {
        var provider = await registry.Given.Provider();
        var token = await registry.Given.Token(provider, "employee:read employee_role:write");
        // The first request is slow by itself: code is compiled.
        await registry.Send("GET", "/api/employees?tax_id=3126509816", token);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => registry.Send("GET", "/api/employees?tax_id=3126509816", token)));
        var before = Slow().Count;
        List<Task<Answer>> reads;
        await using (var holder = await registry.Database.OpenSession(Ct))
        {
            await using var transaction = await holder.BeginTransactionAsync(Ct);
            await holder.Execute("LOCK TABLE employees", Ct);
            // Two connections, and more requests.
            reads = [.. Enumerable.Range(0, 5).Select(_ => registry.Send("GET", "/api/employees?tax_id=3126509816", token))];
            await registry.WaitForBlocked();
            await Task.Delay(Limit * 2, Ct);
        }
        await Task.WhenAll(reads);

        await Eventually.Holds(() => Slow().Count == before + 5, () => string.Join('\n', registry.Log.Lines));
        var lines = Slow()[before..];
        Assert.All(lines, line => Assert.Equal($"{provider}", line.Groups["client"].Value));
        Assert.All(lines, line => Assert.Equal("200", line.Groups["status"].Value));
        // Two had the connections, three waited for them.
        Assert.Equal(2, lines.Count(line => Number(line, "database") >= Limit && Number(line, "pool") < Limit));
        Assert.Equal(3, lines.Count(line => Number(line, "pool") >= Limit && Number(line, "database") < Limit));
        Assert.Contains(lines, line => line.Groups["statement"].Value == "FilteredList.Read");
        Assert.DoesNotContain(lines, line => line.Value.Contains("3126509816", StringComparison.Ordinal));
    }

    private List<Match> Slow() => [.. registry.Log.Lines.Select(line => Line().Match(line)).Where(match => match.Success)];

    private static int Number(Match line, string group) => int.Parse(line.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Slow request: (?<method>\S+) of client (?<client>\S*) answered (?<status>\d+) after \d+ ms\. It waited (?<pool>\d+) ms for the pool, "
        + @"(?<database>\d+) ms for (?<statements>\d+) statements, the longest (?<longest>\d+) ms for (?<statement>\S*), .*")]
    private static partial Regex Line();

    public sealed class Small(TestCluster cluster) : Registry(cluster)
    {
        protected override string ConnectionOptions => ";Maximum Pool Size=2";

        protected override Dictionary<string, string> Configuration =>
            new() { ["ESOZ_SLOW_REQUEST_MS"] = Limit.ToString(CultureInfo.InvariantCulture) };

        /// <summary>Asks on a connection beside the pool, which is used up.</summary>
        public Task WaitForBlocked() => Eventually.Holds(async () =>
        {
            await using var session = await Database.OpenSession(Ct);
            return await PostgresDatabase.Command(session,
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").ReadValue<long>(Ct) == 2;
        });
    }
}
