using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Esoz.OperatorConsole;
using Esoz.Tests.SignIn.Browser;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Signed exports of the access journal and of the changes.</summary>
public sealed class SignedExportTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Changes are exported with a signature that openssl verifies by the command of the README; the audit log has rows and digest")]
    public async Task Changes()
    {
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "MIS");
        await registry.Registrar.BlockClient(client, "договір скінчився", TestContext.Current.CancellationToken);
        var user = await Operator.Make(registry, ConsoleRole.AuditRead);
        using var browser = await user.SignIn(registry);
        var shown = await browser.Get($"{ChangeView.Path}?record={client}");
        Assert.Contains($"name=\"record\" value=\"{client}\"", shown.Html, StringComparison.Ordinal);

        var folder = await Download(browser, ChangeView.Path + "/export", "changes", ("form_token", shown.FormToken), ("record", $"{client}"));

        var lines = await File.ReadAllLinesAsync(Path.Combine(folder, "changes.ndjson"), TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Equal(client.ToString(), JsonElement.Parse(line).GetProperty("resource_id").GetString()));
        await HoldSigned(folder, "changes.ndjson");
        await HoldRecorded(user, ConsoleActionKind.ChangesExport, folder, "changes.ndjson", 2);
    }

    [Fact(DisplayName = "The journal is exported by person and period, signed as well; the journal has who exported it")]
    public async Task Journal()
    {
        var provider = await registry.Given.LegalEntity();
        var party = await registry.Given.Party();
        var employee = await registry.Given.Employee(provider, party);
        var contract = await registry.Given.Contract(provider);
        await registry.Given.ContractEmployee(contract, employee);
        using var seeing = await (await Operator.Make(registry, ConsoleRole.ContractsRead)).SignIn(registry);
        await seeing.Get(ContractView.AddressOf(contract));
        var user = await Operator.Make(registry, ConsoleRole.AuditRead);
        using var browser = await user.SignIn(registry);
        var token = (await browser.Get(JournalView.Path)).FormToken;

        var folder = await Download(browser, JournalView.Path + "/export", "journal", ("form_token", token), ("about", $"{party}"));

        var line = Assert.Single(
            await File.ReadAllLinesAsync(Path.Combine(folder, "journal.ndjson"), TestContext.Current.CancellationToken),
            line => JsonElement.Parse(line).GetProperty("method_id").GetString() == "console-contract");
        Assert.Contains(party.ToString(), line, StringComparison.Ordinal);
        await HoldSigned(folder, "journal.ndjson");
        Assert.Equal(1L, await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE user_id = $1 AND method_id = 'console-journal-export' AND $2 = ANY (object_ids)",
            user.User, party));
        Assert.Equal(HttpStatusCode.UnprocessableEntity,
            (await browser.PostTo(JournalView.Path + "/export", ("form_token", token), ("user", "nobody@example.ua"))).Status);
    }

    [Fact(DisplayName = "Without the role, the token of the form or the password nothing is exported")]
    public async Task Closed()
    {
        var user = await Operator.Make(registry, ConsoleRole.AuditRead);
        using var browser = await user.SignIn(registry);
        using var other = await (await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct)).SignIn(registry);
        var (token, foreign) = ((await browser.Get("/console")).FormToken, (await other.Get("/console")).FormToken);
        await registry.Execute("UPDATE console_sessions SET confirmed_at = now() - interval '6 minutes' WHERE user_id = $1", user.User);
        foreach (var path in new[] { ChangeView.Path + "/export", JournalView.Path + "/export" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await other.PostTo(path, ("form_token", foreign))).Status);
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostTo(path, ("form_token", foreign))).Status);
            var refused = await browser.PostTo(path, ("form_token", token));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.Contains("Уведіть пароль", refused.Text, StringComparison.Ordinal);
        }
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM console_actions WHERE user_id = $1", user.User));
    }

    /// <summary>Directory with what the archive has.</summary>
    private async Task<string> Download(FormBrowser browser, string path, string name, params (string Name, string Value)[] fields)
    {
        using var http = new HttpClient(new SocketsHttpHandler { CookieContainer = browser.Cookies });
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await http.PostAsync(new Uri(registry.Url, path), form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        var folder = Directory.CreateDirectory(Path.Combine(registry.DataDirectory, $"{name}-{Guid.NewGuid()}")).FullName;
        await using var content = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await ZipFile.ExtractToDirectoryAsync(content, folder, TestContext.Current.CancellationToken);
        return folder;
    }

    private async Task HoldSigned(string folder, string file)
    {
        var readMe = await File.ReadAllTextAsync(Path.Combine(folder, "README.txt"), TestContext.Current.CancellationToken);
        Assert.Contains($"openssl dgst -sha256 -verify audit-key.pem -signature {file}.sig {file}", readMe, StringComparison.Ordinal);
        using var key = registry.Settings.Audit.OpenKey();
        Assert.Equal(key.PublicPem + "\n",
            await File.ReadAllTextAsync(Path.Combine(folder, "audit-key.pem"), TestContext.Current.CancellationToken));
        var openssl = new ForeignClient("openssl");
        string[] command = ["dgst", "-sha256", "-verify", Path.Combine(folder, "audit-key.pem"), "-signature",
            Path.Combine(folder, $"{file}.sig"), Path.Combine(folder, file)];
        Assert.Contains("Verified OK", await openssl.Succeeds(command), StringComparison.Ordinal);
        await File.AppendAllTextAsync(Path.Combine(folder, file), " ", TestContext.Current.CancellationToken);
        Assert.NotEqual(0, (await openssl.Run(command)).Exit);
    }

    private async Task HoldRecorded(Operator user, string kind, string folder, string file, long rows)
    {
        var action = (await new ConsoleActionTable(registry.Database).Last(kind, TestContext.Current.CancellationToken))!;
        var report = action.ReportAs<ExportReport>()!;
        var content = await File.ReadAllBytesAsync(Path.Combine(folder, file), TestContext.Current.CancellationToken);
        Assert.Equal((user.User, ConsoleActionEndState.Good, rows), (action.UserId, action.EndState, report.Rows));
        // A space was added, to see that the signature breaks.
        Assert.Equal(report.Sha256, Convert.ToHexStringLower(SHA256.HashData(content.AsSpan(..^1))));
        Assert.Equal(2L, await registry.Scalar<long>(
            "SELECT count(*) FROM audit_log WHERE resource = 'console_actions' AND resource_id = $1 AND actor_id = $2",
            action.Id.ToString(), user.User.ToString()));
    }
}
