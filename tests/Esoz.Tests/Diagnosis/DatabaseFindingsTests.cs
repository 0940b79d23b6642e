using Esoz.Diagnosis;
using Esoz.Platform.Database;
using Esoz.Platform.Health;

namespace Esoz.Tests.Diagnosis;

/// <summary>What <c>doctor</c> says about time zones and standbys; the rest is tested with the command.</summary>
public sealed class DatabaseFindingsTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName =
        "A database that knows the time zone of Kyiv is good; one that does not is broken, and the finding says what fails")]
    public async Task TimeZones()
    {
        var ct = TestContext.Current.CancellationToken;

        var known = await DatabaseFindings.TimeZone(registry.Database, Today.TimeZone, ct);
        var unknown = await DatabaseFindings.TimeZone(registry.Database, "Europe/Nowhere", ct);

        Assert.Equal((Severity.Good, "PostgreSQL and this machine know Europe/Kyiv"), (known.Severity, known.Found));
        Assert.Equal(Severity.Broken, unknown.Severity);
        Assert.StartsWith(
            "PostgreSQL does not know Europe/Nowhere: contract_divisions are not exported", unknown.Found, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "synchronous_standby_names is good when it keeps its promise, or promises nothing to nobody")]
    [InlineData("", "on", 0, Severity.Good, "empty, and no standby is connected")]
    [InlineData("", "on", 2, Severity.Warning, "empty, but 2 standbys are connected: no commit waits for them")]
    [InlineData("ANY 1 (a, b)", "on", 2, Severity.Good, "'ANY 1 (a, b)'")]
    [InlineData("ANY 1 (a, b)", "local", 2, Severity.Warning,
        "'ANY 1 (a, b)', but synchronous_commit = local: no commit waits for a standby")]
    [InlineData("a", "remote_apply", 0, Severity.Warning,
        "'a', but no standby is connected: writes wait for one and are answered with 503")]
    public void Standbys(string names, string commit, int connected, Severity severity, string found)
    {
        var finding = DatabaseFindings.Standbys(names, commit, connected);

        Assert.Equal((severity, found), (finding.Severity, finding.Found));
        Assert.Equal(severity == Severity.Good, finding.Advice is null);
    }

    [Theory(DisplayName = "max_connections is enough for the pools of all nodes, or the finding says how many are needed")]
    [InlineData(97, 0, 42, Severity.Good, "97 for 1 nodes of up to 42 connections")]
    [InlineData(97, 2, 42, Severity.Good, "97 for 2 nodes of up to 42 connections")]
    [InlineData(97, 3, 42, Severity.Warning, "97 for 3 nodes of up to 42 connections: requests get 503 when all of them are busy")]
    public void Connections(int available, int nodes, int ofNode, Severity severity, string found)
    {
        var finding = DatabaseFindings.Connections(available, nodes, ofNode);

        Assert.Equal((severity, found), (finding.Severity, finding.Found));
        Assert.Equal(severity == Severity.Warning, finding.Advice?.StartsWith("set max_connections = 146 or more", StringComparison.Ordinal) == true);
    }
}
