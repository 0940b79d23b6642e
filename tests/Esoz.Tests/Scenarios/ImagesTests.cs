using Esoz.OperatorConsole;
using Esoz.Portal;
using Esoz.Sandbox.Demo;
using Esoz.Tests.Guards;
using Esoz.Tests.Portal;
using Microsoft.Playwright;

namespace Esoz.Tests.Scenarios;

/// <summary>Writes the images of portal and console in docs/images. No test looks at them; people do.</summary>
public sealed class ImagesTests(PortalSandbox sandbox, Chromium chromium) : IClassFixture<PortalSandbox>
{
    private const int Wide = 1280, Narrow = 390, Quality = 75;

    /// <summary>Images in the repository; those of the other pages go to obj/images.</summary>
    private static readonly string[] Kept =
    [
        "portal-start", "portal-methods", "portal-method", "portal-method-dark", "portal-method-narrow", "portal-errors", "portal-explain",
        "portal-walkthrough", "portal-swagger", "portal-design", "console-contracts", "console-contract", "console-refusal", "console-jobs-dark",
    ];

    [Fact(DisplayName = "Soak: images of every page of portal and console", Explicit = true)]
    [Trait("Soak", "images")]
    public async Task Images()
    {
        var demo = await sandbox.Demo();
        // Something to see: every prepared request is sent once.
        foreach (var call in demo.Calls)
            await sandbox.Send(Methods.All.First(card => card.Id == call.MethodId).Verb, call.Path, null, call.Body, [.. call.Headers]);
        await Portal("", Wide, ColorScheme.Light);
        await Portal("-dark", Wide, ColorScheme.Dark);
        await Portal("-narrow", Narrow, ColorScheme.Light);
        await Console(demo, "", Wide, ColorScheme.Light);
        await Console(demo, "-dark", Wide, ColorScheme.Dark);
        await Console(demo, "-narrow", Narrow, ColorScheme.Light);
    }

    private async Task Portal(string suffix, int width, ColorScheme colors)
    {
        await using var context = await chromium.Open("en-GB", width: width, colors: colors);
        var page = await context.NewPageAsync();
        (string Name, string Address)[] pages =
        [
            ("start", PortalPages.Start), ("methods", PortalPages.Docs), ("method", $"{PortalPages.Methods}/deactivateEmployeeRole"),
            ("errors", $"{PortalPages.Errors}?q=conflict"), ("guides", PortalPages.Guides), ("design", PortalPages.Design),
        ];
        foreach (var (name, address) in pages)
        {
            await Open(page, address);
            await Take(page, $"portal-{name}{suffix}");
        }
        await Open(page, PortalPages.Swagger);
        await page.Locator(".opblock").First.WaitForAsync();
        await Take(page, $"portal-swagger{suffix}");
        await Open(page, $"{PortalPages.Methods}/deactivateEmployeeRole");
        await page.GetByRole(AriaRole.Button, new() { Name = "the role is INACTIVE already" }).ClickAsync();
        var id = await page.Locator("input[name=request_id]").InputValueAsync();
        await Eventually.Holds(async () => await sandbox.Scalar<long>("SELECT count(*) FROM access_journal WHERE request_id = $1", id) > 0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain this request" }).ClickAsync();
        await page.Locator(".step.failed").WaitForAsync();
        await Take(page, $"portal-explain{suffix}");
        await Open(page, PortalPages.Walkthrough);
        await Eventually.Holds(async () =>
        {
            await page.Locator(".walk button[name=step]").ClickAsync();
            return await page.Locator("#step-SignJob.done").CountAsync() > 0;
        });
        await page.EvaluateAsync("scrollTo(0, 0)");
        await Take(page, $"portal-walkthrough{suffix}");
    }

    private async Task Console(DemoAccess demo, string suffix, int width, ColorScheme colors)
    {
        foreach (var role in ConsoleRole.All)
            await new ConsoleAccounts(sandbox.Database).Grant(DemoIds.NhsUser, role, TestContext.Current.CancellationToken);
        await using var context = await chromium.Open("en-GB", width: width, colors: colors);
        var page = await context.NewPageAsync();
        await Open(page, ConsoleScreen.Root);
        await Take(page, $"console-sign-in{suffix}");
        await page.Locator("#email").FillAsync(DemoOperator.Email);
        await page.Locator("#password").FillAsync(demo.Secrets.Single(secret => secret.Variable == "DEMO_PASSWORD").Value);
        await page.Locator("main button[type=submit]").ClickAsync();
        await page.Locator("nav.menu").WaitForAsync();
        foreach (var item in ConsoleMenu.All)
        {
            await Open(page, item.Path);
            await Take(page, $"console-{item.English.ToLowerInvariant().Replace(' ', '-')}{suffix}");
        }
        await Open(page, ContractView.AddressOf(DemoIds.HospitalContract));
        await Take(page, $"console-contract{suffix}");
        await Open(page, RefusalView.Path);
        await page.Locator("main tbody a").First.ClickAsync();
        await Take(page, $"console-refusal{suffix}");
    }

    private Task<IResponse?> Open(IPage page, string address) =>
        page.GotoAsync(new Uri(sandbox.Url, address).ToString(), new() { WaitUntil = WaitUntilState.NetworkIdle });

    /// <summary>As WebP, which Playwright itself does not write: a tenth of the size of a PNG.</summary>
    private static async Task Take(IPage page, string name)
    {
        var folder = Directory.CreateDirectory(SourceTree.PathOf(Kept.Contains(name) ? "docs" : "obj", "images")).FullName;
        var session = await page.Context.NewCDPSessionAsync(page);
        var answer = await session.SendAsync("Page.captureScreenshot", new Dictionary<string, object> { ["format"] = "webp", ["quality"] = Quality });
        await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}.webp"), answer!.Value.GetProperty("data").GetBytesFromBase64());
        await session.DetachAsync();
    }
}
