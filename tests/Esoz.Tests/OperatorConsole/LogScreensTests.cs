using System.Net;
using System.Text.RegularExpressions;
using Esoz.OperatorConsole;
using Microsoft.Playwright;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Access journal, audit log and refusals on the screen.</summary>
public sealed partial class LogScreensTests(Registry registry, Chromium chromium) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Who saw a person: requests about it, also through the employee; asking is in the journal too")]
    public async Task WhoSaw()
    {
        var provider = await registry.Given.LegalEntity();
        var party = await registry.Given.Party();
        var contract = await registry.Given.Contract(provider);
        var employee = await registry.Given.Employee(provider, party);
        await registry.Given.ContractEmployee(contract, employee);
        var viewer = await Operator.Make(registry, ConsoleRole.ContractsRead);
        using var seeing = await viewer.SignIn(registry);
        await seeing.Get(ContractView.AddressOf(contract));
        var auditor = await Operator.Make(registry, ConsoleRole.AuditRead);
        using var browser = await auditor.SignIn(registry);

        var page = await browser.Get($"{JournalView.Path}?about={employee}");

        Assert.Contains("Хто бачив цю особу", page.Text, StringComparison.Ordinal);
        Assert.Contains(viewer.Email, page.Text, StringComparison.Ordinal);
        Assert.Contains(auditor.Email, (await browser.Get($"{JournalView.Path}?about={employee}&lang=en")).Text, StringComparison.Ordinal);
        Assert.Contains("Who saw this person", browser.Page.Text, StringComparison.Ordinal);
        Assert.Contains("console-contract", (await browser.Get($"{JournalView.Path}?user={viewer.Email}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<table>", (await browser.Get(JournalView.Path)).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.Get($"{JournalView.Path}?about=x")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await seeing.Get(JournalView.Path)).Status);
    }

    [Fact(DisplayName = "Changes by record and by user, with old and new values, and how far the logs are sealed")]
    public async Task Changes()
    {
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "MIS");
        await registry.Registrar.BlockClient(client, "договір скінчився", TestContext.Current.CancellationToken);
        using var browser = await (await Operator.Make(registry, ConsoleRole.AuditRead)).SignIn(registry);
        using var other = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);

        var page = await browser.Get($"{ChangeView.Path}?record={client}");

        Assert.Contains("договір скінчився", page.Text, StringComparison.Ordinal);
        Assert.Contains("<del>False</del>", page.Html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("ще ні разу", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("договір скінчився", (await browser.Get($"{ChangeView.Path}?record={client}&user=nobody@example.ua")).Text, StringComparison.Ordinal);
        Assert.Contains("never yet", (await browser.Get($"{ChangeView.Path}?lang=en")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Get(ChangeView.Path)).Status);
    }

    [Fact(DisplayName = "A refusal by its request id: method, rule, text, what was looked at")]
    public async Task Refusals()
    {
        var answer = await registry.Send("GET", $"/api/admin/contracts/{Guid.NewGuid()}", new("no-such-token"));
        var request = answer.Headers.GetValues("X-Request-ID").Single();
        await Eventually.Holds(async () => await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE request_id = $1", request) == 1);
        using var browser = await (await Operator.Make(registry, ConsoleRole.AuditRead)).SignIn(registry);
        using var other = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);

        Assert.Contains(request, (await browser.Get(RefusalView.Path)).Text, StringComparison.Ordinal);
        var page = await browser.Get($"{RefusalView.Path}?request={Uri.EscapeDataString(request)}");
        Assert.Contains("GET /api/admin/contracts/{id}", page.Text, StringComparison.Ordinal);
        Assert.Contains("platform", page.Text, StringComparison.Ordinal);
        var forVendor = WebUtility.HtmlDecode(ForVendor().Match(page.Html).Groups["text"].Value);
        Assert.StartsWith($"Запит: {request}\n", forVendor, StringComparison.Ordinal);
        Assert.Contains("Метод: Private. Get contract by ID, GET /api/admin/contracts/{id}\nВідповідь: 401", forVendor, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", forVendor, StringComparison.Ordinal);
        Assert.Contains("What was looked at", (await browser.Get($"{RefusalView.Path}?request={Uri.EscapeDataString(request)}&lang=en")).Text, StringComparison.Ordinal);
        Assert.Contains("Журнал не має такого запиту", (await browser.Get($"{RefusalView.Path}?request=none&lang=uk")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Get(RefusalView.Path)).Status);
    }

    [Fact(DisplayName = "A button copies the answer for the vendor; without JavaScript there is the text and no button")]
    public async Task Copied()
    {
        var answer = await registry.Send("GET", $"/api/admin/contracts/{Guid.NewGuid()}", new("no-such-token"));
        var request = answer.Headers.GetValues("X-Request-ID").Single();
        await Eventually.Holds(async () => await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE request_id = $1", request) == 1);
        var user = await Operator.Make(registry, ConsoleRole.AuditRead);
        var path = $"{RefusalView.Path}?request={Uri.EscapeDataString(request)}";
        await using var still = await chromium.Open(withScript: false);
        var plain = await user.Open(still, registry, path);
        await Assertions.Expect(plain.Locator("pre.answer")).ToContainTextAsync(request);
        await Assertions.Expect(plain.Locator("button.copy")).ToHaveCountAsync(0);
        await using var context = await chromium.Open();
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var page = await user.Open(context, registry, path);

        await page.GetByRole(AriaRole.Button, new() { Name = "Копіювати" }).ClickAsync();

        await Assertions.Expect(page.Locator("button.copy")).ToHaveTextAsync("Скопійовано");
        Assert.Equal(await page.Locator("pre.answer").TextContentAsync(), await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await Chromium.HoldAccessible(page);
    }

    [GeneratedRegex("<pre class=\"answer\" data-copy>(?<text>[^<]+)</pre>")]
    private static partial Regex ForVendor();
}
