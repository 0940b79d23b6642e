using System.Net;
using System.Text;
using Esoz.MediaStorage;
using Esoz.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.MediaStorage;

/// <summary>Uploads where the operator says which types of files are taken.</summary>
public sealed class FileTypesTests(FileTypesTests.SomeTypes registry) : IClassFixture<FileTypesTests.SomeTypes>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "Extension and first bytes must be of one type of the list; nothing is stored otherwise")]
    [InlineData("Договір.pdf", "%PDF-1.7", true)]
    [InlineData("Договір.PDF", "%PDF-", true)]
    [InlineData("Договір.p7s", "0\u0001 more than eight", true)]
    [InlineData("Договір.p7s", "-----BEGIN CMS-----", true)]
    [InlineData("Договір.pdf", "0\u0001 more than eight", false)]
    [InlineData("Договір.pdf", "%PD", false)]
    [InlineData("Договір.pdf", "", false)]
    [InlineData("Договір.xml", "<xml/>", false)]
    [InlineData("Договір.pdf.exe", "%PDF-1.7", false)]
    [InlineData("Договір", "%PDF-1.7", false)]
    public async Task Uploads(string name, string content, bool isTaken)
    {
        var folder = Guid.NewGuid();
        var links = registry.Services.GetRequiredService<MediaLinks>();
        string Link(HttpMethod verb) => registry.Services.GetRequiredService<ILinkSigner>().Sign(
            links.Grant(verb.Method, folder, ObjectName.Canonicalise(name, out _)!), registry.Url.GetLeftPart(UriPartial.Authority));

        using var answer = await registry.Http.PutAsync(Link(HttpMethod.Put), new ByteArrayContent(Encoding.UTF8.GetBytes(content)), Ct);

        Assert.Equal(isTaken ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        if (!isTaken)
            Assert.Contains("type of the file is not allowed", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        using var stored = await registry.Http.GetAsync(Link(HttpMethod.Get), Ct);
        Assert.Equal(isTaken ? HttpStatusCode.OK : HttpStatusCode.NotFound, stored.StatusCode);
    }

    [Fact(DisplayName = "A type that is not known is named, with those that are")]
    public void Unknown() => Assert.StartsWith("has 'exe', but known are p7s, ",
        Assert.Throws<FormatException>(() => FileTypes.Parse("pdf, exe")).Message, StringComparison.Ordinal);

    public sealed class SomeTypes(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["MEDIA_STORAGE_FILE_TYPES"] = "pdf,p7s" };
    }
}
