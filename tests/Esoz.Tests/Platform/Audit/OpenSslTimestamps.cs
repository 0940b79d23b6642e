using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Esoz.Tests.Platform.Audit;

/// <summary>A real time-stamping authority: <c>openssl ts</c> behind an HTTP listener.</summary>
public sealed class OpenSslTimestamps : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-tsa-").FullName;
    private readonly SemaphoreSlim _one = new(1);
    private WebApplication? _server;
    private int _asked;

    public Uri Url => new(_server!.Urls.Single());

    /// <summary>Its own certificate, which is the anchor.</summary>
    public string Certificate => Path.Combine(_directory, "tsa.pem");

    /// <summary>Requests so far.</summary>
    public int Asked => _asked;

    /// <summary>What it does.</summary>
    public TimestampMood Mood { get; set; }

    public static async Task<OpenSslTimestamps> Start()
    {
        var authority = new OpenSslTimestamps();
        await authority.Run("req", "-x509", "-nodes", "-days", "2", "-newkey", "rsa:2048", "-subj", "/CN=OpenSSL time stamps", "-addext",
            "extendedKeyUsage=critical,timeStamping", "-keyout", "tsa.key", "-out", "tsa.pem");
        await File.WriteAllTextAsync(authority.PathOf("serial"), "01\n");
        await File.WriteAllTextAsync(authority.PathOf("tsa.cnf"), """
            [tsa]
            serial = serial
            signer_cert = tsa.pem
            signer_key = tsa.key
            signer_digest = sha256
            default_policy = 1.2.3.4.1
            digests = sha256
            ess_cert_id_alg = sha256
            """);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        authority._server = builder.Build();
        authority._server.Run(authority.Answer);
        await authority._server.StartAsync();
        return authority;
    }

    /// <summary>Fails unless OpenSSL takes the token for a stamp of the text.</summary>
    public async Task Verify(byte[] token, string text)
    {
        await File.WriteAllBytesAsync(PathOf("token"), token);
        await File.WriteAllTextAsync(PathOf("text"), text);
        await Run("ts", "-verify", "-token_in", "-in", "token", "-data", "text", "-CAfile", "tsa.pem");
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _one.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task Answer(HttpContext context)
    {
        Interlocked.Increment(ref _asked);
        if (Mood == TimestampMood.Away)
        {
            context.Response.StatusCode = 503;
            return;
        }
        context.Response.ContentType = "application/timestamp-reply";
        if (Mood == TimestampMood.Endless)
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(new byte[4096], context.RequestAborted);
            return;
        }
        await _one.WaitAsync();
        try
        {
            await using (var question = File.Create(PathOf("question")))
                await context.Request.Body.CopyToAsync(question);
            Assert.Equal("application/timestamp-query", context.Request.ContentType);
            if (Mood == TimestampMood.OtherData)
                await Run("ts", "-query", "-digest", new string('a', 64), "-sha256", "-cert", "-out", "question");
            if (Mood == TimestampMood.Refuses)
                await File.WriteAllTextAsync(PathOf("question"), "no question");
            await Run("ts", "-reply", "-config", "tsa.cnf", "-section", "tsa", "-queryfile", "question", "-out", "answer");
            await context.Response.Body.WriteAsync(await File.ReadAllBytesAsync(PathOf("answer")));
        }
        finally
        {
            _one.Release();
        }
    }

    private string PathOf(string name) => Path.Combine(_directory, name);

    private async Task Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            WorkingDirectory = _directory,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
    }
}

public enum TimestampMood
{
    Stamps,
    Away,
    Endless,
    OtherData,
    Refuses,
}
