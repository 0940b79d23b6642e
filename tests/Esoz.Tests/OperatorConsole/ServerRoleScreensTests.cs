using System.Net;
using Esoz.Diagnosis;
using Esoz.OperatorConsole;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Esoz.Tests.OperatorConsole;

/// <summary>The console of a server whose role does not own the schema (docs/adr/0032).</summary>
public sealed class ServerRoleScreensTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Every screen that needs no id works with the role of the server, and so do the questions to the logs")]
    public async Task Screens()
    {
        var ct = TestContext.Current.CancellationToken;
        var user = await Operator.Make(registry, [.. ConsoleRole.All]);
        using var browser = await user.SignIn(registry);
        var settings = Esoz.Settings.Read(new Dictionary<string, string>
        {
            ["ESOZ_DATABASE"] = new NpgsqlConnectionStringBuilder(registry.ConnectionString) { Username = "esoz_server" }.ConnectionString,
            ["ESOZ_DATABASE_OWNER"] = registry.ConnectionString,
            ["ESOZ_DATA_DIR"] = registry.DataDirectory,
        });
        await using var installation = await Installation.Open(settings, null, ct, isServer: true);
        await using var server = Server.Build(installation, Roles.Api | Roles.Web, ["http://127.0.0.1:0"], registry.Clock,
            logging => logging.SetMinimumLevel(LogLevel.Warning).AddProvider(registry.Log), check: ServerFindings.Of);
        await server.StartAsync(ct);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = browser.Cookies })
        {
            BaseAddress = new Uri(server.Urls.Single()),
        };

        var paths = ConsolePages.All.Where(page => page.Verb == "GET" && !page.Path.Contains('{') && !page.Path.Contains("sign-in"))
            .Select(page => page.Path)
            .Concat([$"{JournalView.Path}?user={user.Email}", $"{ChangeView.Path}?user={user.Email}", $"{RefusalView.Path}?request=none"])
            .ToList();
        Assert.Contains(ConsoleScreen.Root, paths);
        foreach (var path in paths)
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), ct);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode}");
        }
        await server.StopAsync(ct);
    }
}
