using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;

namespace Esoz.Tests;

/// <summary>Another server on the databases of a <see cref="Registry"/>; its clients have the same credentials.</summary>
public sealed class OtherNode : IAsyncDisposable
{
    private readonly Installation _installation;
    private readonly WebApplication _server;
    private readonly HttpClient _http;

    private OtherNode(Installation installation, WebApplication server)
    {
        (_installation, _server) = (installation, server);
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(server.Urls.First()),
        };
    }

    public Uri Url => _http.BaseAddress!;

    public IServiceProvider Services => _server.Services;

    public static async Task<OtherNode> Start(IReadOnlyDictionary<string, string> settings, Roles roles)
    {
        var installation = await Installation.Open(Settings.Read(settings), openLocal: null, CancellationToken.None, isServer: true);
        var server = Server.Build(installation, roles, ["http://127.0.0.1:0"], TimeProvider.System, _ => { });
        await server.StartAsync();
        return new(installation, server);
    }

    /// <summary>Sends a request as a client would.</summary>
    public async Task<Answer> Send(string verb, string path, Credential? credential = null, HttpContent? body = null, string? cookie = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path) { Content = body };
        if (credential?.Token is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (credential?.ApiKey is { } key)
            request.Headers.Add("api-key", key);
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        using var response = await _http.SendAsync(request);
        return await Answer.Of(response);
    }

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
        await _installation.DisposeAsync();
    }
}
