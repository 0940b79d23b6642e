using System.Globalization;
using System.Text.RegularExpressions;
using Esoz.Cli.Commands;
using Esoz.Platform.Configuration;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Deploy;

/// <summary>The units of systemd in <c>deploy/systemd</c>.</summary>
public sealed partial class ServicesTests
{
    private static readonly string Folder = SourceTree.PathOf("deploy", "systemd");
    private static readonly string Unit = Path.Combine(Folder, "esoz@.service");

    [Fact(DisplayName = "systemd finds the unit well-formed and rates its exposure 2.0 or less")]
    public async Task Hardened()
    {
        var systemd = new ForeignClient("systemd-analyze");

        // The programs are not installed here, which is all that is wrong.
        var (_, _, faults) = await systemd.Run("verify", "--man=no", "--recursive-errors=no", Unit);
        Assert.DoesNotMatch("(?m)^(?!.*(/usr/bin/esoz is not executable|Failed to create /)).*esoz", faults);
        var rated = await systemd.Succeeds("security", "--offline=true", "--threshold=20", "--no-pager", Unit);
        Assert.InRange(double.Parse(Exposure().Match(rated).Groups[1].Value, CultureInfo.InvariantCulture), 0.1, 2.0);
    }

    [Theory(DisplayName = "Each role has a file of its own with listeners that the program takes, no two with the same port")]
    [InlineData("api", Roles.Api | Roles.Web)]
    [InlineData("worker", Roles.Worker)]
    [InlineData("scheduler", Roles.Scheduler)]
    [InlineData("node", Roles.All)]
    public void OfRole(string role, Roles roles)
    {
        var values = Values($"{role}.env");

        var parsed = EsozCommand.Create().Parse(["serve", "--roles", values["ROLES"], "--urls", values["URLS"]]);
        Assert.Empty(parsed.Errors);
        Assert.Equal(roles, parsed.GetValue<Roles>("--roles"));
        var settings = Settings.Read(Values("esoz.env").Concat(values.Where(value => value.Key.StartsWith("ESOZ_", StringComparison.Ordinal)))
            .Concat(Processes.EsozProcess.Production("Host=none", "/nowhere").Where(value => value.Key is not "PUBLIC_BASE_URL"))
            .GroupBy(value => value.Key).ToDictionary(same => same.Key, same => same.First().Value));
        Assert.Single(settings.ProbeUrls);
        var ports = new[] { "api", "worker", "scheduler" }.SelectMany(other => Values($"{other}.env")).SelectMany(value => Port().Matches(value.Value))
            .Select(port => port.Value).ToList();
        Assert.Equal(6, ports.Distinct().Count());
    }

    [Fact(DisplayName = "A service has time to start as long as the program waits for its database, and to stop as long as it drains")]
    public void Times()
    {
        var settings = Settings.Read(Processes.EsozProcess.Production("Host=none", "/nowhere"));
        var unit = File.ReadAllText(Unit);

        Assert.True(Seconds("TimeoutStartSec") > settings.StartPatience.TotalSeconds);
        Assert.True(Seconds("TimeoutStopSec") > settings.DrainTime.TotalSeconds
            + int.Parse(Values("esoz.env")["ESOZ_DRAIN_DELAY_SECONDS"], CultureInfo.InvariantCulture));

        int Seconds(string name) => int.Parse(Regex.Match(unit, $"(?m)^{name}=(\\d+)$").Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [Fact(DisplayName = "What systemd puts into the environment of a service is not taken for a setting")]
    public void Environment()
    {
        string[] ofSystemd = ["CACHE_DIRECTORY", "CREDENTIALS_DIRECTORY", "HOME", "INVOCATION_ID", "JOURNAL_STREAM", "LANG", "LOGNAME",
            "MAINPID", "NOTIFY_SOCKET", "PATH", "SHELL", "STATE_DIRECTORY", "SYSTEMD_EXEC_PID", "USER", "WATCHDOG_PID", "WATCHDOG_USEC"];

        var gathered = SettingSources.Gather([], ofSystemd.ToDictionary(name => name, _ => "8:1"));

        Assert.NotEmpty(Settings.Read(gathered.Values.ToDictionary()).ByName);
    }

    private static Dictionary<string, string> Values(string file) => File.ReadLines(Path.Combine(Folder, file))
        .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    [GeneratedRegex(@"Overall exposure level for .*: ([\d.]+)")]
    private static partial Regex Exposure();

    [GeneratedRegex(@":\d+")]
    private static partial Regex Port();
}
