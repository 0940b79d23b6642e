using System.IO.Compression;
using System.Text.Json;
using Esoz.OperatorConsole;
using Esoz.Tests.OperatorConsole;
using Microsoft.Playwright;

namespace Esoz.Tests.Scenarios;

/// <summary>A day of somebody at the NHS who is no programmer, in a real browser.</summary>
public sealed class ContractOfficersDayTests(Registry registry, Chromium chromium) : IClassFixture<Registry>
{
    [Theory(DisplayName = "Sign in, find a provider's contract by name, put its signed file there, see who changed what last month, export it")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Day(bool withScript)
    {
        var name = $"КНП «Лікарня {Guid.NewGuid()}»";
        var provider = await registry.Given.LegalEntity();
        await registry.Execute("UPDATE legal_entities SET name = $2 WHERE id = $1", provider, name);
        var number = $"17-{Guid.NewGuid()}";
        var contract = await registry.Given.Contract(provider, number: number);
        var colleague = await Operator.Make(registry);
        await HasChangedLastMonth(contract, colleague);
        var officer = await Operator.Make(registry, ConsoleRole.ContractsRead, ConsoleRole.ContractsWrite, ConsoleRole.AuditRead);
        await using var context = await chromium.Open(withScript: withScript);

        // Signs in.
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(registry.Url, ConsoleScreen.Root).ToString());
        await page.GetByLabel("Електронна пошта").FillAsync(officer.Email);
        await page.GetByLabel("Пароль").FillAsync(Operator.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Увійти" }).ClickAsync();

        // Finds the provider by a part of its name, and its contract.
        await page.GetByRole(AriaRole.Link, new() { Name = "Заклади" }).ClickAsync();
        await page.GetByLabel("Назва або ЄДРПОУ").FillAsync(name[5..].TrimEnd('»').ToUpperInvariant());
        await page.GetByRole(AriaRole.Button, new() { Name = "Показати" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        await page.Locator(".facts").GetByRole(AriaRole.Link, new() { Name = "1", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = number }).ClickAsync();

        // Puts the signed file there.
        await page.GetByLabel("Новий файл").SetInputFilesAsync(
            new FilePayload { Name = "договір.p7s", MimeType = "application/pkcs7-signature", Buffer = "зміст"u8.ToArray() });
        await page.GetByRole(AriaRole.Button, new() { Name = "Зберегти файл" }).ClickAsync();
        await page.GetByText("Файл збережено").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "договір.p7s" })).ToBeVisibleAsync();

        // Sees who changed what last month.
        await page.GetByRole(AriaRole.Link, new() { Name = "Зміни договору за період" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "За минулий місяць" }).ClickAsync();
        var changes = page.GetByRole(AriaRole.Region, new() { Name = "Хто, коли й що змінив" });
        await Assertions.Expect(changes).ToContainTextAsync(colleague.Email);
        await Assertions.Expect(changes).ToContainTextAsync("Вінниця");
        await Assertions.Expect(changes).Not.ToContainTextAsync(officer.Email);

        // Exports it.
        var download = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "Завантажити" }).ClickAsync());
        Assert.Equal("esoz-changes.zip", download.SuggestedFilename);
        using var archive = ZipFile.OpenRead(await download.PathAsync());
        using var rows = new StreamReader(await archive.GetEntry("changes.ndjson")!.OpenAsync(TestContext.Current.CancellationToken));
        var row = JsonElement.Parse(Assert.Single((await rows.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n')[..^1]));
        Assert.Equal(colleague.User.ToString(), row.GetProperty("actor_id").GetString());
        Assert.NotNull(archive.GetEntry("changes.ndjson.sig"));
    }

    private Task<int> HasChangedLastMonth(Guid contract, Operator who)
    {
        var today = registry.Clock.GetUtcNow();
        var at = new DateTime(today.Year, today.Month, 1, 12, 0, 0, DateTimeKind.Utc).AddMonths(-1).AddDays(8);
        return registry.Execute("""
            INSERT INTO audit_log (actor_id, resource, resource_id, changeset, former, inserted_at)
            VALUES ($1, 'contracts', $2, '{"issue_city": "Вінниця"}', '{"issue_city": "Київ"}', $3)
            """, who.User.ToString(), contract.ToString(), at);
    }
}
