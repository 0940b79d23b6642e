using Esoz.OperatorConsole;
using Esoz.Platform.Signatures;
using Microsoft.Playwright;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Every screen of the console in a real browser.</summary>
public sealed class ConsoleScreensTests(Registry registry, Chromium chromium) : IClassFixture<Registry>, IAsyncLifetime
{
    /// <summary>Names of the screens and their addresses, with something on each.</summary>
    private readonly List<(string Name, string Path)> _screens = [];

    private Operator _user = null!;

    public async ValueTask InitializeAsync()
    {
        _user = await Operator.Make(registry, [.. ConsoleRole.All]);
        var provider = await registry.Given.LegalEntity();
        var contract = await registry.Given.Contract(provider, number: $"0000-{Guid.NewGuid().ToString()[..4]}-2026");
        await registry.Given.ContractDivision(contract);
        await registry.Given.ContractEmployee(contract);
        await registry.Execute("UPDATE contracts SET nhs_contract_price = 1250000.75 WHERE id = $1", contract);
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "MIS");
        await registry.Registrar.IssueKey(client, TimeSpan.FromDays(90), TestContext.Current.CancellationToken);
        await PastDay.Fill(registry, client);
        var other = await Operator.Make(registry);
        new TrustImport(registry.Settings.Signatures.TrustPath, TimeProvider.System)
            .Import(TrustImportScreenTests.Bundle().File, withAnchors: true, withExpired: true);
        await HasActions(other.User);
        var task = await registry.Scalar<long>("""
            INSERT INTO background_tasks (type, key, payload, status, attempts, last_error)
            VALUES ('SIGN_COMPOSITION', gen_random_uuid(), '{}', 'DEAD', 5, 'NpgsqlException: TimeoutException') RETURNING id
            """);
        var refused = (await registry.Send("GET", $"/api/admin/contracts/{contract}", new("no-such-token"))).Headers.GetValues("X-Request-ID").Single();
        await Eventually.Holds(async () => await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE request_id = $1", refused) == 1);
        _screens.AddRange(
        [
            ("overview", ConsoleScreen.Root), ("contracts", ContractList.Path), ("contract", ContractView.AddressOf(contract)),
            ("edit", ContractEdit.AddressOf(contract)),
            ("jobs", JobList.Path), ("job", JobView.Address(task)), ("journal", $"{JournalView.Path}?user={_user.Email}"),
            ("changes", $"{ChangeView.Path}?record={contract}"), ("refusals", RefusalView.Path),
            ("refusal", $"{RefusalView.Path}?request={Uri.EscapeDataString(refused)}"), ("clients", ClientList.Path),
            ("client", ClientView.AddressOf(client)), ("issue", ClientIssue.AddressOf(client)),
            ("users", UserList.Path), ("user", UserView.AddressOf(other.User)),
            ("providers", LegalEntityList.Path), .. LegalEntityView.Lists.Select(it =>
                ($"provider-{it.Name}", $"{LegalEntityView.AddressOf(provider)}?list={it.Name}")),
            ("seals", SealView.Path), ("snapshots", SnapshotList.Path), ("trust", TrustView.Path), ("settings", SettingList.Path),
            // The others are made in the same way, and long.
            .. Manual.Sections.Take(3).Select(section => ($"manual-{section.Slug}", Manual.AddressOf(section.Slug))),
        ]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Actions of each kind that have ended with something to show.</summary>
    private async Task HasActions(Guid user)
    {
        var findings = FindingsReport.Of(["employees/full.json: is missing", "employees/depth-1.json: is missing"]);
        foreach (var (kind, report) in new (string, object)[]
        {
            (ConsoleActionKind.SnapshotBuild, findings),
            (ConsoleActionKind.SnapshotVerify,
                new VerificationReport([new("employees", DateTime.UtcNow, 31, 1_000_000, 2)], 3, 2, ["parties"], findings)),
            (ConsoleActionKind.AuditVerify,
                new AuditReport([new("audit_log", 3, 1_000_000, 5, 0, DateTime.UtcNow)], 2, 1, 0, 7, findings)),
            (ConsoleActionKind.TrustImport,
                new TrustImportReport(1, 1, 0, 0, [new("Anchor", "Корінь", "01", DateTimeOffset.UtcNow, "ab", "Taken", null)])),
        })
        {
            var actions = new ConsoleActionTable(registry.Database);
            var action = await actions.Begin(kind, user, TestContext.Current.CancellationToken);
            await actions.Finish(action, new(ConsoleActionEndState.Findings, report), TestContext.Current.CancellationToken);
        }
    }

    [Theory(DisplayName = "axe finds nothing on any screen, in both languages, light and dark, and 320 px are enough")]
    [InlineData("uk-UA", ColorScheme.Light, 1280)]
    [InlineData("en-GB", ColorScheme.Dark, 320)]
    public async Task Accessible(string language, ColorScheme colors, int width)
    {
        await using var context = await chromium.Open(language, colors: colors, width: width);
        var page = await _user.Open(context, registry);
        // The page with a secret is the answer of a form. First, because minutes after the sign-in the form asks for the password.
        await page.GotoAsync(new Uri(registry.Url, _screens.Single(it => it.Name == "issue").Path).ToString());
        await page.Locator("main button[type=submit]").ClickAsync();
        await page.Locator("pre.answer").WaitForAsync();
        await Chromium.HoldAccessible(page);
        await Chromium.HoldNarrow(page);
        foreach (var (name, path) in _screens)
        {
            await page.GotoAsync(new Uri(registry.Url, path).ToString());
            Assert.True(await page.Locator("nav.menu a[aria-current]").CountAsync() == 1, $"{name} is in the menu");
            await Chromium.HoldAccessible(page);
            await Chromium.HoldNarrow(page);
            if (Environment.GetEnvironmentVariable("CONSOLE_SCREENSHOTS") is { Length: > 0 } folder)
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}.png"), FullPage = true });
        }
    }

    [Fact(DisplayName = "Every screen with its styles, scripts and pictures is at most 100 kB compressed")]
    public async Task Size()
    {
        await using var context = await chromium.Open();
        await _user.Open(context, registry);
        var cookie = string.Join("; ", (await context.CookiesAsync()).Select(it => $"{it.Name}={it.Value}"));
        foreach (var (name, path) in _screens)
        {
            var size = await PageSize.Of(registry, path, cookie);
            Assert.True(size <= PageSize.Max, $"{name}: {size}");
        }
    }

    [Fact(DisplayName = "Without JavaScript: find a provider's contract, put its signed file there, see who changed what")]
    public async Task Upload()
    {
        var provider = await registry.Given.LegalEntity();
        var edrpou = await registry.Scalar<string>("SELECT edrpou FROM legal_entities WHERE id = $1", provider);
        await registry.Given.Contract(provider, number: "9/2026");
        await using var context = await chromium.Open(withScript: false);
        var page = await _user.Open(context, registry);

        await page.GetByRole(AriaRole.Link, new() { Name = "Договори" }).ClickAsync();
        await page.GetByLabel("ЄДРПОУ").FillAsync(edrpou);
        await page.GetByRole(AriaRole.Button, new() { Name = "Показати" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "9/2026" }).ClickAsync();
        await page.GetByLabel("Новий файл").SetInputFilesAsync(
            new FilePayload { Name = "договір 9.p7s", MimeType = "application/pkcs7-signature", Buffer = "зміст"u8.ToArray() });
        await page.GetByRole(AriaRole.Button, new() { Name = "Зберегти файл" }).ClickAsync();
        await page.GetByText("Файл збережено").WaitForAsync();

        Assert.True(await page.GetByRole(AriaRole.Link, new() { Name = "договір 9.p7s" }).IsVisibleAsync());
        var history = page.GetByRole(AriaRole.Region, new() { Name = "Хто, коли й що змінив" });
        Assert.Contains(_user.Email, await history.InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "With JavaScript an upload tells how far it is; the answer takes the place of the page, and is asked for once")]
    public async Task Progress()
    {
        var ct = TestContext.Current.CancellationToken;
        var contract = await registry.Given.Contract(await registry.Given.LegalEntity(), number: "10/2026");
        await using var context = await chromium.Open();
        var page = await _user.Open(context, registry);
        await page.GotoAsync(new Uri(registry.Url, ContractView.AddressOf(contract)).ToString());
        var views = await Views();
        var mayGo = new TaskCompletionSource();
        await page.RouteAsync($"**{ContractView.AddressOf(contract)}/file", async route =>
        {
            await mayGo.Task;
            await route.ContinueAsync();
        });
        await page.GetByLabel("Новий файл").SetInputFilesAsync(
            new FilePayload { Name = "10.p7s", MimeType = "application/pkcs7-signature", Buffer = new byte[300_000] });

        await page.GetByRole(AriaRole.Button, new() { Name = "Зберегти файл" }).ClickAsync();
        await page.GetByRole(AriaRole.Progressbar, new() { Name = "Передано" }).WaitForAsync();
        Assert.True(await page.GetByRole(AriaRole.Button, new() { Name = "Зберегти файл" }).IsDisabledAsync());
        mayGo.SetResult();
        await page.GetByText("Файл збережено").WaitForAsync();

        Assert.EndsWith($"{ContractView.AddressOf(contract)}?done=1", page.Url, StringComparison.Ordinal);
        Assert.Equal(views + 1, await Views());
        await registry.Execute("UPDATE console_sessions SET confirmed_at = confirmed_at - interval '1 hour' WHERE user_id = $1", _user.User);
        await page.ReloadAsync();
        await page.GetByLabel("Новий файл").SetInputFilesAsync(
            new FilePayload { Name = "10.p7s", MimeType = "application/pkcs7-signature", Buffer = [1] });
        await page.GetByLabel("Ваш пароль").FillAsync("wrong");
        await page.GetByRole(AriaRole.Button, new() { Name = "Зберегти файл" }).ClickAsync();
        await page.Locator("[aria-invalid=true]").WaitForAsync();
        await Chromium.HoldAccessible(page);

        Task<long> Views() => registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE user_id = $1 AND method_id = 'console-contract' AND status = 200", _user.User);
    }
}
