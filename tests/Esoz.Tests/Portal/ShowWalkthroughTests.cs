using System.Net;
using Esoz.Compositions;
using Esoz.Portal;
using Esoz.Sandbox.Demo;
using Microsoft.Playwright;

namespace Esoz.Tests.Portal;

/// <summary>/docs/walkthrough: a conclusion step by step.</summary>
public sealed class ShowWalkthroughTests(PortalSandbox sandbox, Chromium chromium) : IClassFixture<PortalSandbox>
{
    [Theory(DisplayName = "Without scripts, the seven steps lead to FINAL and to ENTERED_IN_ERROR, and can be taken again")]
    [InlineData("uk-UA")]
    [InlineData("en-GB")]
    public async Task Walk(string language)
    {
        await sandbox.Demo();
        await using var context = await chromium.Open(language, withScript: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(sandbox.Url, PortalPages.Walkthrough).ToString());

        await Take(page, WalkStep.Draft);
        await Take(page, WalkStep.DraftJob);
        Assert.Equal(["DONE", "PRELIMINARY"], await States(page));
        await Take(page, WalkStep.Signature);
        Assert.Contains("Ткачук Олена Іванівна", await page.Locator("#step-Signature").InnerTextAsync(), StringComparison.Ordinal);
        await Take(page, WalkStep.Sign);
        await Take(page, WalkStep.SignJob);
        Assert.Equal(["DONE", "FINAL"], await States(page));
        await Take(page, WalkStep.Cancel);
        await Take(page, WalkStep.CancelJob);
        Assert.Equal(["DONE", "ENTERED_IN_ERROR"], await States(page));

        Assert.Contains("PATCH /api/patients/composition/", await page.Locator("#step-Sign .exchange summary").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator(".walk button[name=step]").CountAsync());
        Assert.DoesNotContain((await sandbox.Demo()).Secrets[1].Value, await page.ContentAsync(), StringComparison.Ordinal);
        await page.Locator("button[value=anew]").ClickAsync();
        await page.Locator("#step-Draft button[name=step]").WaitForAsync();
    }

    [Fact(DisplayName = "A job that fails stops the walk, with its answer; the step can be repeated or the walk begun anew")]
    public async Task Refused()
    {
        await sandbox.Demo();
        await using var context = await chromium.Open("en-GB");
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(sandbox.Url, PortalPages.Walkthrough).ToString());
        await sandbox.Execute($"UPDATE encounters SET status = '{EncounterStatus.InProgress}' WHERE id = $1", DemoIds.Encounter);
        try
        {
            await Take(page, WalkStep.Draft);
            var stopped = page.GetByText("The step did not succeed");
            await Eventually.Holds(async () =>
            {
                await page.Locator("#step-DraftJob button[name=step]").ClickAsync();
                return await stopped.CountAsync() > 0;
            });
        }
        finally
        {
            await sandbox.Execute($"UPDATE encounters SET status = '{EncounterStatus.Finished}' WHERE id = $1", DemoIds.Encounter);
        }

        Assert.Equal("FAILED", await page.Locator(".walk-state .state").First.InnerTextAsync());
        await Chromium.HoldAccessible(page);
        Assert.True(await page.Locator("#step-DraftJob button[name=step]").IsVisibleAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin anew" }).ClickAsync();
        await page.Locator("#step-Draft button[name=step]").WaitForAsync();
    }

    [Fact(DisplayName = "A form without the token of the browser takes no step")]
    public async Task Forged()
    {
        await sandbox.Demo();
        using var form = new FormUrlEncodedContent([new("step", "Draft"), new("visit", "guessed")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, PortalPages.Walkthrough) { Content = form };
        request.Headers.Add("Cookie", "esoz-portal=another");
        using var answer = await sandbox.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact(DisplayName = "Where the demo registry may not be seen, the page shows the requests and no form")]
    public async Task ReadOnly()
    {
        await sandbox.Demo();
        using var request = new HttpRequestMessage(HttpMethod.Get, PortalPages.Walkthrough) { Headers = { Host = "registry.example" } };
        using var answer = await sandbox.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("curl -sS -X POST", page, StringComparison.Ordinal);
        Assert.DoesNotContain("method=\"post\"", page, StringComparison.Ordinal);
    }

    /// <summary>Presses the button of a step until the next one is there: a job may still be carried out.</summary>
    private static async Task Take(IPage page, WalkStep step)
    {
        var button = page.Locator($"#step-{step} button[name=step]");
        await button.ClickAsync();
        await Eventually.Holds(async () =>
        {
            if (await page.Locator($"#step-{step}.done").CountAsync() > 0)
                return true;
            if (await button.CountAsync() > 0)
                await button.ClickAsync();
            return false;
        });
    }

    private static async Task<string[]> States(IPage page) => [.. await page.Locator(".walk-state .state").AllInnerTextsAsync()];
}
