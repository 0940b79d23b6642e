using Deque.AxeCore.Commons;
using Esoz.Tests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Esoz.Tests;

/// <summary>One real Chromium for the whole run, the one of the distribution; started by the first test that opens a page.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly Lazy<string> Axe = new(() => new BundledAxeScriptProvider().GetScript());

    private readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> _started = new(Start);

    /// <summary>Null when it is not installed.</summary>
    private static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .SelectMany(directory => Names.Select(name => Path.Combine(directory, name))).FirstOrDefault(File.Exists);

    /// <summary>A browser without cookies, as of another person.</summary>
    public async Task<IBrowserContext> Open(
        string language = "uk-UA", bool withScript = true, int width = 1280, ColorScheme colors = ColorScheme.Light)
    {
        Assert.SkipWhen(Program is null, "needs Chromium");
        var context = await (await _started.Value).Browser.NewContextAsync(new()
        {
            Locale = language,
            JavaScriptEnabled = withScript,
            ViewportSize = new() { Width = width, Height = 800 },
            ColorScheme = colors,
        });
        context.SetDefaultTimeout((float)Eventually.Limit.TotalMilliseconds);
        return context;
    }

    /// <summary>
    /// Waits until the address of the page begins so. WaitForURLAsync would look once and then listen: it misses a navigation that ends
    /// between the two, and waits for another one in vain.
    /// </summary>
    public static async Task Reaches(IPage page, string start)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        for (; !page.Url.StartsWith(start, StringComparison.Ordinal); await Task.Delay(10, TestContext.Current.CancellationToken))
        {
            if (limit.IsCancellationRequested)
                Assert.Fail($"The page is at {page.Url}, not at {start}: {await page.ContentAsync()}");
        }
    }

    /// <summary>No rule of axe finds anything on the page.</summary>
    public static Task HoldAccessible(IPage page) => HoldAccessible(page, except: null);

    /// <summary>The same of the page without what somebody else has made.</summary>
    /// <param name="except">Selector of it.</param>
    public static async Task HoldAccessible(IPage page, string? except)
    {
        // One call with a short answer. The package for Playwright opens a second page for every run, and fetches whatever was passed too.
        var violations = await page.EvaluateAsync<string[]>($$"""
            async except => {
              {{Axe.Value}};
              const result = await axe.run(except ? { exclude: [[except]] } : document, { resultTypes: ['violations'] });
              if (result.passes.length === 0)
                throw new Error('axe has checked nothing');
              return result.violations.map(rule => [`${rule.id}: ${rule.help}`, ...rule.nodes.map(node => node.html)].join('\n'));
            }
            """, except);
        Assert.True(violations.Length == 0, string.Join('\n', violations));
    }

    /// <summary>Nothing has to be scrolled sideways.</summary>
    public static async Task HoldNarrow(IPage page)
    {
        var size = await page.EvaluateAsync<int[]>("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");
        Assert.True(size[0] <= size[1], $"{size[0]} px are needed, {size[1]} px are there");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_started.IsValueCreated)
            return;
        var (driver, browser) = await _started.Value;
        await browser.DisposeAsync();
        driver.Dispose();
    }

    private static async Task<(IPlaywright, IBrowser)> Start()
    {
        Assertions.SetDefaultExpectTimeout((float)Eventually.Limit.TotalMilliseconds);
        var driver = await Playwright.CreateAsync();
        return (driver, await driver.Chromium.LaunchAsync(new() { ExecutablePath = Program, ChromiumSandbox = false }));
    }
}
