using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Esoz.OperatorConsole;
using Esoz.Tests.OperatorConsole;
using Esoz.Tests.Portal;

namespace Esoz.Tests.Scenarios;

/// <summary>The scanner Wapiti (Debian: <c>wapiti</c>) on the pages of a demo registry.</summary>
public sealed class WapitiTests(PortalSandbox sandbox) : IClassFixture<PortalSandbox>
{
    /// <summary>Without those that ask servers of Wapiti's authors, or only guess names of files and passwords.</summary>
    private const string Modules = "cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,xss";

    /// <summary>What it reports although nothing is wrong, by the beginning of its text.</summary>
    private static readonly (string Text, string Reason)[] Expected =
    [
        ("Lack of anti CSRF token", "it knows tokens by their names only; that a form without its token is refused has tests of its own"),
        ("X-XSS-Protection is not set", "browsers have removed the filter that it controlled"),
        ("Strict-Transport-Security is not set", "the test has no TLS; SafeHeadersTests"),
        ("Secure flag is not set in the cookie", "the test has no TLS; over TLS the prefix __Host- demands it"),
        ("HttpOnly flag is not set in the cookie", "Wapiti 3.0.4 looks for HttpOnly with these capitals, RFC 6265 has no regard to case; CookiesAreHttpOnly"),
    ];

    [Fact(DisplayName = "Soak: Wapiti finds nothing on the portal", Explicit = true)]
    [Trait("Soak", "wapiti")]
    public async Task Portal()
    {
        await sandbox.Demo();
        Assert.Empty(await Scan("/"));
    }

    [Fact(DisplayName = "Soak: Wapiti, signed in, finds nothing on the console", Explicit = true)]
    [Trait("Soak", "wapiti")]
    public async Task Console()
    {
        await sandbox.Demo();
        var user = await Operator.Make(sandbox, [.. ConsoleRole.All]);
        using var browser = await user.SignIn(sandbox);
        // It presses every button, also the one that signs out; its option to leave an address out does not work with Python 3.11.
        await sandbox.Execute("CREATE RULE stay AS ON DELETE TO console_sessions DO INSTEAD NOTHING");
        Assert.Empty(await Scan(ConsoleScreen.Root, "-H", $"Cookie: {browser.Cookies.GetCookieHeader(sandbox.Url)}"));
        // It was signed in to the end.
        Assert.Null((await browser.Get(ConsoleScreen.Root)).Location);
    }

    [Fact(DisplayName = "The cookies of the pages are HttpOnly")]
    public async Task CookiesAreHttpOnly()
    {
        await sandbox.Demo();
        foreach (var path in new[] { "/?lang=en", "/docs/explain", "/demo/mis", ConsoleSignIn.Path })
        {
            using var answer = await sandbox.Http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.All(answer.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <returns>What it has found and is not expected.</returns>
    private async Task<List<string>> Scan(string path, params string[] options)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, "wapiti")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "needs Wapiti (wapiti)");
        var report = Path.Combine(sandbox.DataDirectory, $"wapiti-{Guid.NewGuid()}.json");
        using var wapiti = Process.Start(new ProcessStartInfo(program,
        [
            "-u", new Uri(sandbox.Url, path).ToString(), "--scope", "domain", "-m", Modules, "-d", "3", "--max-links-per-page", "30", "--max-files-per-dir", "8",
            "--max-scan-time", "120", "--max-attack-time", "30", "-f", "json", "-o", report, "--no-bugreport", "--flush-session", .. options,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HOME"] = sandbox.DataDirectory },
        })!;
        var output = new StringBuilder();
        wapiti.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
        wapiti.ErrorDataReceived += (_, line) => output.AppendLine(line.Data);
        wapiti.BeginOutputReadLine();
        wapiti.BeginErrorReadLine();
        await wapiti.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(File.Exists(report), output.ToString());
        var found = JsonElement.Parse(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken));
        return
        [
            .. from list in new[] { "vulnerabilities", "anomalies" }
               from kind in found.GetProperty(list).EnumerateObject()
               from finding in kind.Value.EnumerateArray()
               let text = finding.GetProperty("info").GetString()!
               where !Expected.Any(expected => text.StartsWith(expected.Text, StringComparison.Ordinal))
               select $"{kind.Name}: {finding.GetProperty("method").GetString()} {finding.GetProperty("path").GetString()}: {text}",
        ];
    }
}
