using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Esoz.Tests.Platform.Storage;

/// <summary>A web server that gives the same answer to every request.</summary>
public sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _server;

    private StubServer(WebApplication server) => _server = server;

    public string Url => _server.Urls.Single();

    /// <summary>Number of requests so far.</summary>
    public int Requests { get; private set; }

    /// <param name="location">Where the answer leads; null = nowhere.</param>
    public static async Task<StubServer> Start(int status, string type, string body, string? location = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var stub = new StubServer(server);
        server.Run(async context =>
        {
            stub.Requests++;
            if (location is not null)
                context.Response.Headers.Location = location;
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            await context.Response.WriteAsync(body);
        });
        await server.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
