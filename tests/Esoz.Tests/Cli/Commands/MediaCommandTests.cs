using System.Text;
using System.Text.Json;
using Esoz.Platform.Storage;
using Esoz.Tests.Platform.Storage;

namespace Esoz.Tests.Cli.Commands;

/// <summary><c>media explain</c>, in its own process: what it prints, its exit code, and what it never prints.</summary>
public sealed class MediaCommandTests(RadosGateway gateway) : IDisposable
{
    private const string SigningKey = "a signing key of 32 bytes or more";
    private const string Address =
        "https://media.example.ua/ambulatory_contracts-dev/c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D1%96%D1%80%202026.p7s";

    private static readonly EmbeddedLinkSigner Signer = new("https://media.example.ua", Encoding.UTF8.GetBytes(SigningKey), null);
    private static readonly ObjectKey Key = ObjectKey.Named(
        Guid.Parse("c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f"), ObjectName.Canonicalise("Договір 2026.p7s", out _)!);
    private static readonly Bucket Bucket = new("ambulatory_contracts-dev", "ambulatory_contracts-dev");

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-media-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(DisplayName = "A valid link: what it is for, and exit code 0; only the object store is needed")]
    public async Task Works()
    {
        using var store = new FileSystemStore(Path.Combine(_directory, "objects"), TimeProvider.System);
        var stored = await store.Write(Bucket, Key, new MemoryStream([1, 2, 3]), Ct);
        var (link, expires) = Issued("GET");

        var (exit, output, errors) = await Explain(link);

        Assert.Equal((0, ""), (exit, errors));
        Assert.Equal(
            $"""
            bucket   ambulatory_contracts-dev
            key      c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/Договір 2026.p7s
            verb     GET
            expires  {expires:yyyy-MM-ddTHH:mm:ssZ}
            object   3 bytes, uploaded {stored.LastModified:yyyy-MM-ddTHH:mm:ssZ}
            works

            """, output);
    }

    [Fact(DisplayName = "A link that would be refused: every reason, and exit code 1")]
    public async Task Refused()
    {
        var (link, expires) = Issued("GET", TimeSpan.FromMinutes(90));

        var (exit, output, errors) = await Explain(link);

        Assert.Equal((1, ""), (exit, errors));
        Assert.StartsWith(
            $"""
            bucket   ambulatory_contracts-dev
            key      c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/Договір 2026.p7s
            verb     GET
            expires  {expires:yyyy-MM-ddTHH:mm:ssZ}
            object   none
            refused  expiry passed 30 min
            """, output, StringComparison.Ordinal);
        Assert.EndsWith("\nrefused  object does not exist\n", output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact(DisplayName = "As JSON, from standard input; the bucket with its logical and physical name")]
    public async Task Json()
    {
        var (link, expires) = Issued("PUT");

        var (exit, output, errors) = await EsozProgram.Run(
            With(("OBJECT_STORAGE_BUCKET_MAP", "ambulatory_contracts=ambulatory_contracts-dev"),
                ("MEDIA_STORAGE_AMBULATORY_CONTRACTS_BUCKET", "ambulatory_contracts")),
            ["media", "explain", "--json", "-"], $"  {link}\n");

        Assert.Equal((0, ""), (exit, errors));
        Assert.Equal(
            $$"""
            {"works":true,"bucket":"ambulatory_contracts","physical_bucket":"ambulatory_contracts-dev","key":"c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/Договір 2026.p7s","verb":"PUT","expires_at":"{{expires:yyyy-MM-ddTHH:mm:ssZ}}","object":null,"reasons":[]}

            """, output);
    }

    [Fact(DisplayName = "A wrong signature: the verb is unknown, and neither key nor signature is printed")]
    public async Task WrongSignature()
    {
        var (link, _) = Issued("GET");
        var signature = link[(link.LastIndexOf('=') + 1)..];

        var (exit, output, _) = await EsozProgram.Run(
            With(("MEDIA_STORAGE_SIGNING_KEY", "another key of 32 bytes or more!")), ["media", "explain", "--json", link]);
        var (_, text, _) = await EsozProgram.Run(
            With(("MEDIA_STORAGE_SIGNING_KEY", "another key of 32 bytes or more!")), ["media", "explain", link]);

        Assert.Equal(1, exit);
        var json = JsonElement.Parse(output);
        Assert.Equal((false, JsonValueKind.Null), (json.GetProperty("works").GetBoolean(), json.GetProperty("verb").ValueKind));
        Assert.Equal("""[{"part":"X-Signature","text":"was not made for this path and this X-Expires with the key of this registry"}]""",
            json.GetProperty("reasons").GetRawText());
        Assert.Contains("verb     unknown: only a valid signature reveals it\n", text, StringComparison.Ordinal);
        Assert.All([output, text], it => Assert.DoesNotContain(signature, it, StringComparison.Ordinal));
        Assert.All([output, text], it => Assert.DoesNotContain("another key", it, StringComparison.Ordinal));
    }

    [Theory(DisplayName = "Any input is explained in words")]
    [InlineData("https://media.example.ua", "X-Expires is missing")]
    [InlineData("https://media.example.ua/?X-Expires=99999999999999999999&X-Signature=z", "X-Expires is no number of seconds")]
    [InlineData("https://media.example.ua/%FF/%FF/%FF?X-Expires=999999999999999999&X-Signature=z",
        "path has no name of a bucket in its first segment")]
    [InlineData("http://127.0.0.1:7480/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00",
        "address does not begin with https://media.example.ua/")]
    public async Task Odd(string link, string reason)
    {
        var (exit, output, errors) = await Explain(link);

        Assert.Equal((1, ""), (exit, errors));
        Assert.Contains($"refused  {reason}\n", output, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A text that is not a URL is wrong usage")]
    [InlineData("media.example.ua/b/k/n")]
    [InlineData("")]
    public async Task WrongUsage(string link)
    {
        var (exit, output, errors) = await Explain(link);

        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith("Not a link", errors, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Without a signing key it fails, and creates none")]
    public async Task NoKey()
    {
        var (exit, output, errors) = await EsozProgram.Run(
            new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = _directory }, ["media", "explain", Issued("GET").Link]);

        Assert.Equal((1, ""), (exit, output));
        Assert.StartsWith($"There is no signing key in {_directory}", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact(DisplayName = "Links of a real S3 store, with the configured credentials; a store that does not answer is reported as a reason")]
    public async Task S3()
    {
        var s3 = await gateway.Required();
        using var store = new S3Store(s3, TimeProvider.System);
        var key = ObjectKey.Named(Guid.NewGuid(), ObjectName.Canonicalise("Договір + 1.p7s", out _)!);
        await store.Write(gateway.Bucket, key, new MemoryStream([1]), Ct);
        var link = new S3LinkSigner(s3)
            .Sign(new LinkGrant("GET", gateway.Bucket, key, DateTimeOffset.UtcNow, TimeSpan.FromSeconds(600)), "");

        var (exit, output, errors) = await EsozProgram.Run(S3Settings(s3), ["media", "explain", link]);
        Assert.Equal((0, ""), (exit, errors));
        Assert.StartsWith($"bucket   ambulatory-contracts, logical name ambulatory_contracts-dev\nkey      {key.Text}\nverb     GET\n",
            output, StringComparison.Ordinal);
        Assert.EndsWith("\nworks\n", output, StringComparison.Ordinal);

        (exit, output, _) = await EsozProgram.Run(S3Settings(s3 with { SecretAccessKey = "another-secret" }), ["media", "explain", link]);
        Assert.Equal(1, exit);
        Assert.Contains("refused  X-Amz-Signature was not made for this address and these parameters with the configured credentials\n",
            output, StringComparison.Ordinal);
        Assert.Contains(
            "refused  store cannot be checked: the secret is not that of the access key → check OBJECT_STORAGE_S3_SECRET_ACCESS_KEY", output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("another-secret", output, StringComparison.Ordinal);

        (exit, output, _) = await EsozProgram.Run(S3Settings(s3 with { Endpoint = "http://127.0.0.1:1" }), ["media", "explain", link]);
        Assert.Equal(1, exit);
        Assert.Contains(
            "refused  address does not begin with http://127.0.0.1:1/\nrefused  store cannot be checked: nothing answers at http://127.0.0.1:1", output, StringComparison.Ordinal);
        Assert.Contains("verb     GET\n", output, StringComparison.Ordinal);
    }

    private static (string Link, DateTimeOffset Expires) Issued(string verb, TimeSpan age = default)
    {
        var grant = new LinkGrant(verb, Bucket, Key, DateTimeOffset.UtcNow - age, TimeSpan.FromHours(1));
        var link = Signer.Sign(grant, "");
        Assert.StartsWith(Address, link, StringComparison.Ordinal);
        return (link, DateTimeOffset.FromUnixTimeSeconds(grant.ExpiresAt));
    }

    private Task<(int Exit, string Output, string Errors)> Explain(string link) => EsozProgram.Run(With(), ["media", "explain", link]);

    private Dictionary<string, string> With(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["ESOZ_DATA_DIR"] = _directory,
            ["MEDIA_STORAGE_SIGNING_KEY"] = SigningKey,
            ["MEDIA_STORAGE_PUBLIC_URL"] = "https://media.example.ua"
        };
        foreach (var (name, value) in settings)
            all[name] = value;
        return all;
    }

    private Dictionary<string, string> S3Settings(S3Options s3) => new()
    {
        ["ESOZ_DATA_DIR"] = _directory,
        ["OBJECT_STORAGE_BACKEND"] = "s3",
        ["OBJECT_STORAGE_S3_ENDPOINT"] = s3.Endpoint,
        ["OBJECT_STORAGE_S3_ACCESS_KEY_ID"] = s3.AccessKeyId,
        ["OBJECT_STORAGE_S3_SECRET_ACCESS_KEY"] = s3.SecretAccessKey,
        ["OBJECT_STORAGE_BUCKET_MAP"] = "ambulatory_contracts-dev=ambulatory-contracts",
    };
}
