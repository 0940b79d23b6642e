using System.Net;
using System.Net.Sockets;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Cli.Commands;

/// <summary>Wrong input is answered by a sentence and exit code 2, never by a stack trace.</summary>
public sealed class WrongUsageTests(TestCluster cluster) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-usage-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory(DisplayName = "A call that cannot be understood")]
    [InlineData("--urls must be addresses such as http://0.0.0.0:9090, port 0 to 65535, separated by semicolons, but has '5080'", "serve", "--urls", "5080")]
    [InlineData("but has 'http://127.0.0.1:80000'", "serve", "--urls", "http://127.0.0.1:80000")]
    [InlineData("--urls https://127.0.0.1:5443 needs a certificate: set ESOZ_TLS_CERTIFICATE and ESOZ_TLS_KEY.", "serve", "--urls", "http://127.0.0.1:0;https://127.0.0.1:5443")]
    [InlineData("but has 'http://127.0.0.1:5080/base'", "serve", "--urls", "http://127.0.0.1:5080/base")]
    [InlineData("--urls is empty; it takes an address, such as http://127.0.0.1:5080.", "serve", "--urls", "")]
    [InlineData("esoz job needs one of: list, show, retry.", "job")]
    [InlineData("esoz token needs one of: issue, list, revoke.", "token")]
    [InlineData("esoz needs one of: serve, migrate, ")]
    [InlineData("'tokn' is not a command of esoz; did you mean token? Try esoz --help.", "tokn", "issue")]
    [InlineData("'lst' is not a command of esoz token; did you mean list? Try esoz token --help.", "token", "lst")]
    [InlineData("'--cleint' is not an option or argument of esoz token list; did you mean --client?", "token", "list", "--cleint", "7")]
    [InlineData("ESZO_MODE is not a setting. Did you mean ESOZ_MODE?", "config", "show", "--set", "ESZO_MODE=sandbox")]
    [InlineData("ESOZ_LOG_LEVEL must be one of trace, debug, information, warning, error, critical, none, but is 'loud'.", "migrate", "--set", "ESOZ_LOG_LEVEL=loud")]
    [InlineData("ESOZ_PROBE_URLS: must be addresses such as http://0.0.0.0:9090", "serve", "--set", "ESOZ_PROBE_URLS=http://127.0.0.1:80000")]
    [InlineData("ESOZ_MOD is not a setting. Did you mean ESOZ_MODE?", "config", "explain", "ESOZ_MOD")]
    [InlineData("sign issue needs either --for EMPLOYEE_ID, or --drfo N and --name NAME.", "sign", "issue", "--drfo", "1", "--out", "key.pem")]
    [InlineData("'yesterday' is neither an instant such as 2026-11-30T14:00:00Z nor a time ago such as 24h or 30d.", "audit", "list", "--from", "yesterday")]
    [InlineData("'1/2/2026' is neither an instant such as 2026-11-30T14:00:00Z nor a time ago such as 24h or 30d.", "journal", "export", "--until", "1/2/2026")]
    public async Task Call(string sentence, params string[] arguments)
    {
        var (exit, _, errors) = await Run(arguments);

        Assert.Equal(2, exit);
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A broken appsettings.json is named with the line, by every command; doctor has it as a finding")]
    [InlineData("{\n  \"ESOZ_MODE\": \"sandbox\",\n}", "appsettings.json is not valid JSON in line 3: ")]
    [InlineData("[]", "appsettings.json must be one JSON object of names and values")]
    public async Task File(string content, string sentence)
    {
        await System.IO.File.WriteAllTextAsync(Path.Combine(_directory, "appsettings.json"), content, TestContext.Current.CancellationToken);

        foreach (var command in (string[][])[["migrate"], ["serve"], ["config", "show"], ["token", "list"], ["snapshot", "verify"]])
        {
            var (exit, output, errors) = await InDirectory(command);
            Assert.Equal((2, ""), (exit, output));
            Assert.StartsWith(sentence, errors, StringComparison.Ordinal);
            Assert.Equal(1, errors.Count(symbol => symbol == '\n'));
        }
        var doctor = await InDirectory("doctor");
        Assert.Equal((1, ""), (doctor.Exit, doctor.Errors));
        Assert.Contains($"broken   configuration: {sentence}", doctor.Output, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A port that is taken is one sentence, with exit code 1")]
    public async Task Taken()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        var (exit, _, errors) = await EsozProcess.Run(
            new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = _directory, ["ESOZ_DATABASE"] = await cluster.CreateDatabase() },
            ["serve", "--roles", "api", "--urls", url]);

        Assert.Equal(1, exit);
        Assert.Contains($"The port of {url} is taken by another program. Name another address, such as: esoz serve --urls http://127.0.0.1:5090\n",
            errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", errors, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Help of sign sign shows how it is called")]
    public async Task SignSign()
    {
        Assert.Contains("esoz sign sign <FILE.json>", (await Run("sign", "sign", "--help")).Output, StringComparison.Ordinal);
        Assert.Contains("\n  sign ", (await Run("sign", "--help")).Output, StringComparison.Ordinal);
    }

    private Task<(int Exit, string Output, string Errors)> Run(params string[] arguments) => EsozProcess.Run(
        new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = _directory }, arguments);

    private Task<(int Exit, string Output, string Errors)> InDirectory(params string[] arguments) => EsozProcess.Run(
        new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = _directory },
        ["-c", "cd \"$0\" && exec \"$@\"", _directory, Path.Combine(AppContext.BaseDirectory, "esoz"), .. arguments], program: "sh");
}
