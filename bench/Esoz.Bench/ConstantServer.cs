using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Esoz.Bench;

/// <summary>
/// The floor of methods that do not use the database: the same web server with the program's configuration, in its own process. It
/// answers every request with one recorded answer of the program, identical in every header and byte.
/// </summary>
public sealed class ConstantServer : IDisposable
{
    /// <summary>Command by which this program starts itself as the server.</summary>
    public const string Command = "constant-server";

    private readonly Process _process;
    private readonly string _file;

    private ConstantServer(Process process, string file, string url) => (_process, _file, Url) = (process, file, url);

    public string Url { get; }

    /// <summary>Sends one request to the program and starts the server with its answer.</summary>
    public static async Task<ConstantServer> Like(HttpRequestMessage request)
    {
        using var http = new HttpClient();
        using var answer = await http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"The program answers {(int)answer.StatusCode}: {body}");
        var file = Path.GetTempFileName();
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Date" or "Content-Length"));
        await File.WriteAllTextAsync(
            file, $"{string.Join('\n', headers.Select(header => $"{header.Key}: {string.Join(", ", header.Value)}"))}\n\n{body}");
        var url = BenchInstallation.FreeUrl();
        var server = new ConstantServer(Process.Start(Environment.ProcessPath!, [Command, url, file]), file, url);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var same = await http.GetAsync(new Uri(url));
                return await same.Content.ReadAsStringAsync() == body ? server
                    : throw new InvalidOperationException($"Somebody else answers at {url}.");
            }
            catch (HttpRequestException) when (attempt < 100 && !server._process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>Serves until the process is killed.</summary>
    /// <param name="file">Headers, an empty line, and the body.</param>
    public static async Task<int> Run(string url, string file)
    {
        var (head, body) = (await File.ReadAllTextAsync(file)).Split("\n\n", 2) is [var first, var second]
            ? (first, Encoding.UTF8.GetBytes(second)) : throw new InvalidDataException(file);
        var headers = head.Split('\n').Select(line => line.Split(": ", 2)).ToList();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
        }).UseUrls(url);
        var server = builder.Build();
        server.Run(context =>
        {
            foreach (var header in headers)
                context.Response.Headers.Append(header[0], header[1]);
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body, 0, body.Length);
        });
        await server.RunAsync();
        return 0;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        File.Delete(_file);
    }
}
