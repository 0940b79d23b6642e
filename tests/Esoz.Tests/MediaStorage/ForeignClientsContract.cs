using System.Security.Cryptography;
using System.Text.Json;

namespace Esoz.Tests.MediaStorage;

/// <summary>Links as returned by the method, used by <c>curl</c>; each backend has a class that derives from this one.</summary>
public abstract class ForeignClientsContract : IDisposable
{
    private const string Path = "/api/admin/contracts/media_storage/generate_url";

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-clients-").FullName;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected static ForeignClient Curl { get; } = new("curl");

    /// <summary>The registry that issues the links.</summary>
    protected abstract Task<Registry> Registry();

    public static TheoryData<string> Names =>
        ["Договір 2026.p7s", "a+b c.pdf", "100% готово.pdf", "50%25 of 100%.pdf", "(1) копія (2).p7s", "ґ'ї & 5% + \"x\"=?#;.p7s"];

    [Theory(DisplayName = "curl uploads a file through a link and downloads it through another, byte for byte")]
    [MemberData(nameof(Names))]
    public async Task PutAndGet(string name)
    {
        var folder = Guid.NewGuid();
        var (file, content) = await LocalFile();

        await Curl.Succeeds("-sS", "-f", "-T", file, await Link("PUT", folder, name));
        await Curl.Succeeds("-sS", "-f", "-o", file + ".back", await Link("GET", folder, name));

        Assert.Equal(content, await File.ReadAllBytesAsync(file + ".back", Ct));
    }

    public static TheoryData<string, string, Func<string, string>> Tampered => new()
    {
        // what, verb sent with a link for GET, how the link is changed
        { "verb", "PUT", link => link },
        { "verb", "DELETE", link => link },
        { "name", "GET", link => link.Replace(".p7s?", ".p7m?") },
        { "folder", "GET", link => link.Replace("/c4f1e2d3-", "/c4f1e2d4-") },
        { "expiry", "GET", link => link.Replace("Expires=", "Expires=1") },
        { "signature", "GET", link => link[..^1] + (link[^1] == '0' ? '1' : '0') },
        { "no signature", "GET", link => link[..link.LastIndexOf('&')] },
        { "no query", "GET", link => link[..link.IndexOf('?')] },
    };

    [Theory(DisplayName = "A link that was tampered with is refused, and the object stays as it was")]
    [MemberData(nameof(Tampered))]
    public async Task Refuses(string what, string verb, Func<string, string> change)
    {
        var folder = Guid.Parse($"c4f1e2d3-0b9a-4d58-8c67-{Random.Shared.NextInt64(1L << 48):x12}");
        const string name = "Договір 2026.p7s";
        var (file, content) = await LocalFile();
        await Curl.Succeeds("-sS", "-f", "-T", file, await Link("PUT", folder, name));
        var link = await Link("GET", folder, name);
        var (other, _) = await LocalFile();

        var (_, status, _) = await Curl.Run(
            ["-sS", "-o", file + ".refused", "-w", "%{http_code}", .. verb == "PUT" ? new[] { "-T", other } : ["-X", verb], change(link)]);

        Assert.True(status == "403", $"{what}: {status}");
        Assert.False((await File.ReadAllBytesAsync(file + ".refused", Ct)).AsSpan().IndexOf(content.AsSpan(0, 64)) >= 0);
        await Curl.Succeeds("-sS", "-f", "-o", file + ".back", link);
        Assert.Equal(content, await File.ReadAllBytesAsync(file + ".back", Ct));
    }

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A link as returned by the method.</summary>
    protected async Task<string> Link(string action, Guid folder, string name)
    {
        var registry = await Registry();
        // A name that looks encoded must be sent encoded.
        var sent = Uri.EscapeDataString(name);
        var body = JsonSerializer.Serialize(new { action, resource_id = folder, resource_name = sent });
        return (await registry.Send("POST", Path, await registry.Given.Nhs(), body)).Succeeded().Data.GetProperty("url").GetString()!;
    }

    protected async Task<(string File, byte[] Content)> LocalFile()
    {
        var file = System.IO.Path.Combine(_directory, System.IO.Path.GetRandomFileName());
        var content = RandomNumberGenerator.GetBytes(300_000);
        await File.WriteAllBytesAsync(file, content, Ct);
        return (file, content);
    }
}
