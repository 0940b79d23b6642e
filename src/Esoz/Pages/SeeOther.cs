namespace Esoz.Pages;

/// <summary>303 to another page of ours: the browser follows with GET.</summary>
/// <param name="path">Path and query.</param>
public sealed class SeeOther(string path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = path;
        return Task.CompletedTask;
    }
}
