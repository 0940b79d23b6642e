using System.Net;

namespace Esoz.Tests.Processes;

/// <summary><c>dotnet publish src/Esoz.Cli -p:EsozSandbox=false</c> (docs/adr/0018).</summary>
public sealed class ProductionBuildTests(ProductionBuild build, TestCluster cluster) : IClassFixture<ProductionBuild>, IDisposable
{
    private readonly string _dataDirectory = Directory.CreateTempSubdirectory("esoz-production-data-").FullName;

    public void Dispose() => Directory.Delete(_dataDirectory, recursive: true);

    [Fact(DisplayName = "A production build contains nothing of the sandbox")]
    public void Files()
    {
        var files = Directory.GetFiles(build.Published).Select(path => Path.GetFileName(path)).ToList();

        Assert.Contains("Esoz.Registry.dll", files);
        Assert.DoesNotContain(files, file => file.StartsWith("Esoz.Sandbox", StringComparison.Ordinal)
            || file.StartsWith("Bogus", StringComparison.Ordinal));
        Assert.DoesNotContain("Sandbox", File.ReadAllText(Path.Combine(build.Published, "esoz.deps.json")), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "It prints its version and lists its commands, without those of the sandbox")]
    public async Task Commands()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+", (await Run(Sandbox, "--version")).Output);

        var help = await Run(Sandbox, "--help");
        Assert.Equal(0, help.Exit);
        Assert.Contains("\n  serve ", help.Output, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\n  (generate|sign) ", help.Output);

        foreach (var command in (string[])["generate", "sign"])
        {
            var (exit, _, errors) = await Run(Sandbox, command);
            Assert.Equal(2, exit);
            Assert.Contains($"'{command}'", errors, StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "It refuses sandbox mode, and to serve without a database, with a message that says what to set")]
    public async Task Refusals()
    {
        foreach (var command in (string[])["serve", "migrate"])
        {
            var sandbox = await Run(Sandbox, command);
            Assert.Equal(2, sandbox.Exit);
            Assert.Equal(
                "This program was built without the sandbox: set ESOZ_MODE=production, and ESOZ_DATABASE (or ESOZ_DATABASE_FILE).\n",
                sandbox.Errors);

            var withoutDatabase = await Run(Production(""), command);
            Assert.Equal(2, withoutDatabase.Exit);
            Assert.Equal("ESOZ_MODE=production needs a database: set ESOZ_DATABASE (or ESOZ_DATABASE_FILE).\n", withoutDatabase.Errors);
        }
    }

    [Fact(DisplayName = "It migrates a database, serves it and shuts down cleanly")]
    public async Task Serves()
    {
        var settings = Production(await cluster.CreateDatabase());
        Assert.Equal(0, (await Run(settings, "migrate")).Exit);

        using var server = await ServerProcess.Serve(build.Program, settings);
        using var http = new HttpClient();
        using var ready = await http.GetAsync(new Uri(server.Url, "/healthz/ready"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        using var roles = await http.GetAsync(new Uri(server.Url, "/api/employee_roles"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, roles.StatusCode);

        server.Signal(ServerProcess.Terminate);
        await server.EndsWell();
        Assert.Empty(server.Output);
    }

    private Task<(int Exit, string Output, string Errors)> Run(Dictionary<string, string> settings, string command) =>
        EsozProcess.Run(settings, [command], program: build.Program);

    private Dictionary<string, string> Sandbox => new() { ["ESOZ_DATA_DIR"] = _dataDirectory };

    private Dictionary<string, string> Production(string database) => EsozProcess.Production(database, _dataDirectory);
}
