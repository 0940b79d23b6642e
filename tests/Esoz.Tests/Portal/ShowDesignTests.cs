using Esoz.Pages;
using Esoz.Portal;

namespace Esoz.Tests.Portal;

/// <summary>/docs/design.</summary>
public sealed class ShowDesignTests(PortalSandbox sandbox) : IClassFixture<PortalSandbox>
{
    /// <summary>Frames of whole pages, and what the page about components is itself in.</summary>
    private static readonly string[] Frames = [nameof(Layout), nameof(MessagePage), "PageRoot"];

    [Fact(DisplayName = "The page shows every component that all areas share, with its source, and every token with its values")]
    public async Task Complete()
    {
        var page = await sandbox.Http.GetStringAsync(PortalPages.Design, TestContext.Current.CancellationToken);

        var shared = typeof(Layout).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(Layout).Namespace
                && typeof(Microsoft.AspNetCore.Components.ComponentBase).IsAssignableFrom(type)
                && !type.IsAbstract && !Frames.Contains(type.Name));
        Assert.All(shared, component => Assert.Contains($"id=\"example-{component.Name}\"", page, StringComparison.Ordinal));
        Assert.Contains("&lt;Notice Title=", page, StringComparison.Ordinal);
        Assert.All(new[] { "--ink", "#17212b", "#e7edf3", "--measure" }, text => Assert.Contains(text, page, StringComparison.Ordinal));
    }
}
