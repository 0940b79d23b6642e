using System.Net;
using System.Text.RegularExpressions;
using Esoz.OperatorConsole;
using Esoz.Platform.RollUp;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Plots and figures of the console.</summary>
public sealed partial class FigureScreensTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "The overview has queue, requests, durations, findings, database and store for ops.read; others see whether it is ready")]
    public async Task Overview()
    {
        var client = await Client();
        await PastDay.Fill(registry, client);
        registry.Clock.Age(TimeSpan.FromMinutes(2));
        using var browser = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);
        using var other = await (await Operator.Make(registry, ConsoleRole.ContractsRead)).SignIn(registry);

        var page = await browser.Get(ConsoleScreen.Root);

        Assert.Contains("Система працює", page.Text, StringComparison.Ordinal);
        foreach (var words in new[] { "Час відповіді, p99", "Що перевірено", "Запити за методами за добу", "PostgreSQL 1", "вбудоване", "Відмови за кодом" })
            Assert.Contains(words, page.Text, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">409</th>", page.Html, StringComparison.Ordinal);
        Assert.Contains("class=\"line series-2\"", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page.Html, StringComparison.Ordinal);
        Assert.Contains("What was checked", (await browser.Get(ConsoleScreen.Root + "?lang=en")).Text, StringComparison.Ordinal);
        var seen = await other.Get(ConsoleScreen.Root);
        Assert.Contains("Система працює", seen.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("PostgreSQL", seen.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg", seen.Html, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A client's screen has its requests and refusals by day, and when the last one came")]
    public async Task Use()
    {
        var client = await Client();
        var at = registry.Clock.GetUtcNow().UtcDateTime.AddDays(-3);
        await PastDay.Fill(registry, client);
        using var browser = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);

        var page = await browser.Get(ClientView.AddressOf(client));
        var idle = await browser.Get(ClientView.AddressOf(await Client()));

        var use = await new RollUpReader(registry.Database).Use(client, at, Ct);
        Assert.True(use.Sum(it => it.Requests) > use.Sum(it => it.Refused) && use.Sum(it => it.Refused) > 0);
        Assert.Contains("class=\"bar series-1\"", page.Html, StringComparison.Ordinal);
        Assert.Contains($"datetime=\"{use[^1].Last:yyyy-MM-ddTHH:mm}", page.Html, StringComparison.Ordinal);
        Assert.Contains("не за 30 днів", idle.Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "What is wrong is a card with its advice, on the overview of a minute later")]
    public async Task Findings()
    {
        using var browser = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);
        await browser.Get(ConsoleScreen.Root);
        var task = await registry.Scalar<long>("""
            INSERT INTO background_tasks (type, key, payload, status, attempts, last_error)
            VALUES ('SIGN_COMPOSITION', gen_random_uuid(), '{}', 'DEAD', 5, 'IOException') RETURNING id
            """);

        registry.Clock.Age(TimeSpan.FromMinutes(2));
        var page = await browser.Get(ConsoleScreen.Root);

        Assert.Contains("esoz job list --status DEAD", page.Text, StringComparison.Ordinal);
        await registry.Execute("DELETE FROM background_tasks WHERE id = $1", task);
    }

    [Fact(DisplayName = "Jobs: depth and age of the queue over a day, also as tables; where nothing was measured the line is interrupted")]
    public async Task Jobs()
    {
        var at = registry.Clock.GetUtcNow().UtcDateTime.AddHours(-2);
        await new RollUpTable(registry.Database).Write(new Dictionary<MinuteKey, long[]>(), at, [new("CREATE_COMPOSITION", 1234, 5000)], Ct);
        using var browser = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);

        var page = await browser.Get(JobList.Path);

        Assert.Contains("1,2к", page.Text, StringComparison.Ordinal);
        Assert.Contains("83,33 хв", page.Text, StringComparison.Ordinal);
        Assert.Contains(">–</td>", page.Html, StringComparison.Ordinal);
        Assert.Contains("Age of the oldest within a day", (await browser.Get(JobList.Path + "?lang=en")).Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Refusals: rules by clients, of a day or more; unknown callers have a column of their own")]
    public async Task Refusals()
    {
        var client = await Client("МІС «Приклад»");
        var method = Esoz.Methods.All[0];
        var now = registry.Clock.GetUtcNow().UtcDateTime;
        await Write(now.AddMinutes(-5), new(method.Id, client, 409, "7"), 12);
        await Write(now.AddMinutes(-5), new("unknown", RequestKey.NoClient, 404, "platform 2"), 3);
        await Write(now.AddDays(-3), new(method.Id, client, 422, "8"), 77);
        using var browser = await (await Operator.Make(registry, ConsoleRole.AuditRead)).SignIn(registry);

        var page = await browser.Get(RefusalView.Path);

        Assert.Contains($"{method.Title}, 7, 409", page.Text, StringComparison.Ordinal);
        Assert.Contains("МІС «Приклад»", page.Text, StringComparison.Ordinal);
        Assert.Contains("немає методу, platform 2, 404", page.Text, StringComparison.Ordinal);
        Assert.Contains("невідомий", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{method.Title}, 8, 422", page.Text, StringComparison.Ordinal);
        Assert.Contains($"{method.Title}, 8, 422", (await browser.Get(RefusalView.Path + "?days=7&lang=en")).Text, StringComparison.Ordinal);
        Assert.Contains("unknown caller", browser.Page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{method.Title}, 8, 422", (await browser.Get(RefusalView.Path + "?days=x")).Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Snapshots: rows, size and duration of 30 nights of a resource, and downloads by client")]
    public async Task Snapshots()
    {
        var client = await Client("ПІС «Приклад»");
        await PastDay.Fill(registry, client);
        using var browser = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);

        var page = await browser.Get($"{SnapshotList.Path}?resource=parties");

        Assert.Contains("401к", page.Text, StringComparison.Ordinal);
        Assert.Contains("ПІС «Приклад»", page.Text, StringComparison.Ordinal);
        var other = await browser.Get($"{SnapshotList.Path}?resource=divisions&lang=en");
        Assert.Contains("divisions: size", other.Text, StringComparison.Ordinal);
        Assert.Contains("There is nothing to show yet.", other.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.Get($"{SnapshotList.Path}?resource=none")).Status);
    }

    [Fact(DisplayName = "Contracts: how many start and end in each month, a year back and ahead")]
    public async Task Contracts()
    {
        var contract = await registry.Given.Contract(await registry.Given.LegalEntity());
        await registry.Execute("UPDATE contracts SET start_date = now() - interval '2 months', end_date = now() + interval '3 months' WHERE id = $1", contract);
        using var browser = await (await Operator.Make(registry, ConsoleRole.ContractsRead)).SignIn(registry);

        var page = await browser.Get(ContractList.Path);

        Assert.Contains("Початки й кінці договорів за місяцями", page.Text, StringComparison.Ordinal);
        Assert.Contains("class=\"bar series-0\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("class=\"bar series-1\"", page.Html, StringComparison.Ordinal);
        var months = await new ContractTable(registry.Database).Months(Ct);
        Assert.Equal(25, months.Count);
        Assert.True(months[10].Starts >= 1 && months[15].Ends >= 1);
    }

    [Fact(DisplayName = "Settings: value, source, default and meaning; secrets are masked, and only ops.read sees them")]
    public async Task Settings()
    {
        using var browser = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);
        using var other = await (await Operator.Make(registry, ConsoleRole.AuditRead)).SignIn(registry);

        var page = await browser.Get(SettingList.Path);

        Assert.All(registry.Settings.ByName, setting => Assert.Contains($"<code>{setting.Name}</code>", page.Html, StringComparison.Ordinal));
        Assert.Contains("(задано)", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.ConnectionString, WebUtility.HtmlDecode(page.Html), StringComparison.Ordinal);
        Assert.Contains("(set)", (await browser.Get($"{SettingList.Path}?find=esoz_database&lang=en")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("PUBLIC_BASE_URL</code></th>", browser.Page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<code>SECRETS_TTL</code>", (await browser.Get($"{SettingList.Path}?source=set")).Html, StringComparison.Ordinal);
        Assert.Contains("<code>ESOZ_DATA_DIR</code>", browser.Page.Html, StringComparison.Ordinal);
        Assert.Contains("There are no such settings", (await browser.Get($"{SettingList.Path}?find=nothing-like-it&lang=en")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Get(SettingList.Path)).Status);
    }

    [Fact(DisplayName = "The manual has every section of docs/operations.md; each link within it, and each of the settings to it, has its place")]
    public async Task Manuals()
    {
        using var browser = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);
        var pages = new Dictionary<string, string>();
        foreach (var section in Manual.Sections)
            pages.Add(Manual.AddressOf(section.Slug), (await browser.Get(Manual.AddressOf(section.Slug))).Html);
        var links = pages.Values.Append((await browser.Get(SettingList.Path)).Html)
            .SelectMany(html => ManualLink().Matches(html).Select(link => (Path: link.Groups[1].Value, Place: link.Groups[2].Value)));

        Assert.Contains(Manual.AddressOf("monitoring"), pages.Keys);
        Assert.DoesNotContain(links, link => !pages.TryGetValue(link.Path, out var html)
            || (link.Place.Length > 0 && !html.Contains($"id=\"{link.Place}\"", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get(Manual.AddressOf("none"))).Status);
    }

    [GeneratedRegex($"href=\"({Manual.Path}/[^\"#?]+)(?:\\?[^\"#]*)?#?([^\"]*)\"")]
    private static partial Regex ManualLink();

    private async Task<Guid> Client(string? name = null)
    {
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "MIS");
        if (name is not null)
            await registry.Execute("UPDATE clients SET name = $2 WHERE id = $1", client, name);
        return client;
    }

    private Task Write(DateTime at, RequestKey key, long requests)
    {
        var counts = new long[Durations.Places];
        counts[3] = requests;
        return new RollUpTable(registry.Database).Write(new Dictionary<MinuteKey, long[]> { [new(at, key)] = counts }, at, [], Ct);
    }
}
