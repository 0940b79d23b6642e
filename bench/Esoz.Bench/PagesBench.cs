using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Esoz.OperatorConsole;
using Esoz.Portal;
using Esoz.SignIn;
using static System.FormattableString;

namespace Esoz.Bench;

/// <summary>
/// Pages for people on a registry of 1,000,000 employees: the time of each, asked for one after another, and what ten people who look
/// at them do to a method of the API.
/// </summary>
public static partial class PagesBench
{
    public const string Name = "pages";

    private const int People = 10;
    private const int Times = 100;
    private const string Email = "operator@bench.invalid";
    private const string Password = "Password-of-the-bench-1";

    /// <summary>A person looks at a page for so long before the next one.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private static readonly Guid User = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000005");

    private static readonly string[] Portal =
    [
        PortalPages.Start, PortalPages.Docs, $"{PortalPages.Docs}?q=deactivate", $"{PortalPages.Methods}/createComposition",
        $"{PortalPages.Methods}/deactivateEmployeeRole", PortalPages.Errors, PortalPages.Explain, PortalPages.Guides, PortalPages.Walkthrough,
        PortalPages.Swagger, PortalPages.Design,
    ];

    public static async Task Run(BenchInstallation installation, Load load)
    {
        await Console.Error.WriteLineAsync("Preparing data …");
        var subjects = await ListEmployeeRolesBench.Comparison.Prepare(installation);
        await installation.Prepare($"""
            INSERT INTO users (id, email, password_hash, password_set_at)
            VALUES ('{User}', '{Email}', '{PasswordHash.Of(Password)}', now());
            INSERT INTO console_roles (user_id, role) SELECT '{User}', unnest(ARRAY['{string.Join("', '", ConsoleRole.All)}']);
            """);
        await installation.Serve("api,web");
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None })
        {
            BaseAddress = new Uri(BenchInstallation.Url),
            DefaultRequestHeaders = { { "Accept-Encoding", "gzip" } },
        };
        await SignIn(http);
        string[] pages = [.. Portal, .. ConsoleMenu.All.Select(item => item.Path)];
        foreach (var page in pages)
            await Time(http, page);
        var wrk = new Wrk(subjects.WrkScript, load);
        await wrk.Run(BenchInstallation.Url);
        List<double> ratios = [];
        for (var round = 1; round <= load.Rounds; round++)
        {
            var alone = (await wrk.Run(BenchInstallation.Url)).RequestsPerSecond;
            using var end = new CancellationTokenSource();
            var people = Task.WhenAll(Enumerable.Range(0, People).Select(person => Browse(http, pages, person, end.Token)));
            var during = (await wrk.Run(BenchInstallation.Url)).RequestsPerSecond;
            await end.CancelAsync();
            ratios.Add(during / alone);
            await Console.Error.WriteLineAsync(Invariant(
                $"round {round}: alone {alone:F0}/s, while {People} people look at {(await people).Sum()} pages {during:F0}/s, ratio {during / alone:F3}"));
        }
        Figures.Add("ratio", Comparison.Median(ratios), "",
            $"of {ListEmployeeRolesBench.Comparison.Name} while {People} people browse, median of {load.Rounds} rounds");
    }

    private static async Task SignIn(HttpClient http)
    {
        var page = await http.GetStringAsync(new Uri(ConsoleSignIn.Path, UriKind.Relative));
        using var form = new FormUrlEncodedContent(
        [
            new(ConsoleForm.TokenField, Token().Match(page).Groups[1].Value), new("then", ConsoleScreen.Root),
            new("email", Email), new("password", Password),
        ]);
        using var answer = await http.PostAsync(new Uri(ConsoleSignIn.Path, UriKind.Relative), form);
        if (answer.RequestMessage!.RequestUri!.AbsolutePath != ConsoleScreen.Root)
            throw new InvalidOperationException("The operator could not sign in to the console.");
    }

    private static async Task Time(HttpClient http, string page)
    {
        List<double> times = [];
        var bytes = 0;
        var first = 0.0;
        for (var time = 0; time <= Times; time++)
        {
            var clock = Stopwatch.StartNew();
            bytes = (await http.GetByteArrayAsync(new Uri(page, UriKind.Relative))).Length;
            if (time == 0)
                first = clock.Elapsed.TotalMilliseconds;
            else
                times.Add(clock.Elapsed.TotalMilliseconds);
        }
        times.Sort();
        Figures.Add($"p50 {page}", times[Times / 2], "ms",
            Invariant($"p99 {times[Times * 99 / 100]:F1} ms, first {first:F1} ms, {bytes} bytes"));
    }

    private static async Task<int> Browse(HttpClient http, string[] pages, int person, CancellationToken end)
    {
        var count = 0;
        for (; !end.IsCancellationRequested; count++)
        {
            await http.GetByteArrayAsync(new Uri(pages[(person + count) % pages.Length], UriKind.Relative), CancellationToken.None);
            await Task.Delay(Look, end).ContinueWith(static _ => { }, CancellationToken.None);
        }
        return count;
    }

    [GeneratedRegex($"name=\"{ConsoleForm.TokenField}\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
