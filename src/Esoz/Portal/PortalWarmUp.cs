using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>
/// Makes what the portal shows and renders its longest pages once, so that the first reader does not wait. A server is ready without it.
/// </summary>
public static class PortalWarmUp
{
    /// <summary>Begins it in the background. What fails is logged, and fails again for the first reader.</summary>
    public static Task Begin(IServiceProvider services)
    {
        var log = services.GetRequiredService<ILogger<Reference>>();
        return Task.Run(async () =>
        {
            try
            {
                await Run(services);
            }
            catch (ObjectDisposedException)
            {
                // The server has been stopped meanwhile.
            }
            catch (Exception fault)
            {
                log.LogError(fault, "The developer portal could not be prepared");
            }
        });
    }

    internal static async Task Run(IServiceProvider services)
    {
        var reference = services.GetRequiredService<Reference>();
        var (view, method) = (new PortalView(PortalPages.Docs, ""), reference.Methods[0]);
        HtmlPage[] pages =
        [
            PortalView.Page<CataloguePage, Catalogue>(new(view, null, [.. reference.Methods.Select(it => new Found(it, []))])),
            PortalView.Page<MethodPage, MethodView>(new(view, method, "", null, null, Drafts.Of(method, demo: null), null)),
            PortalView.Page<ErrorsPage, ErrorList>(new(view, null, reference.Errors)),
        ];
        foreach (var page in pages)
            await page.ExecuteAsync(new DefaultHttpContext { RequestServices = services });
    }
}
