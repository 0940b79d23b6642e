namespace Esoz.Tests.MediaStorage;

/// <summary>Links of the embedded store used by third-party clients.</summary>
public sealed class MediaLinkRoutesForeignClientsTests(Registry registry) : ForeignClientsContract, IClassFixture<Registry>
{
    protected override Task<Registry> Registry() => Task.FromResult(registry);

    [Fact(DisplayName = "curl resumes an interrupted download, and sends Expect: 100-continue before a large body")]
    public async Task Resumes()
    {
        var folder = Guid.NewGuid();
        var (file, content) = await LocalFile();
        await Curl.Succeeds("-sS", "-f", "-H", "Expect: 100-continue", "-T", file, await Link("PUT", folder, "x"));
        await File.WriteAllBytesAsync(file + ".part", content[..100_000], Ct);

        await Curl.Succeeds("-sS", "-f", "-C", "-", "-o", file + ".part", await Link("GET", folder, "x"));

        Assert.Equal(content, await File.ReadAllBytesAsync(file + ".part", Ct));
    }
}
