using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Esoz.Platform.Storage;

namespace Esoz.Tests.Platform.Storage;

/// <summary>A real S3-compatible store: <see cref="ObjectStoreContract"/>, and links that the store itself must accept.</summary>
public sealed class S3StoreTests(RadosGateway gateway) : ObjectStoreContract, IAsyncLifetime
{
    private static readonly HttpClient Http = new();

    private S3Options? _options;
    private S3Store? _store;

    protected override IObjectStore Store => _store!;

    protected override Bucket Bucket => gateway.Bucket;

    protected override async Task<Bucket> NewBucket()
    {
        var name = $"walked-{Guid.NewGuid():n}";
        await gateway.CreateBucket(name);
        return new(name, name);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _options = await gateway.Required();
        _store = new S3Store(_options, TimeProvider.System);
    }

    public ValueTask DisposeAsync()
    {
        _store?.Dispose();
        return default;
    }

    [Theory(DisplayName =
        "The server takes uploads through our links, serves downloads through them, and both agree with the store on the key")]
    [MemberData(nameof(Names))]
    public async Task Links(string name)
    {
        var put = await Http.PutAsync(Link("PUT", name), new ByteArrayContent([1, 2, 3]), Ct);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        Assert.Equal([1, 2, 3], await Http.GetByteArrayAsync(Link("GET", name), Ct));
        Assert.Equal([1, 2, 3], await Read(Named(name)));
    }

    [Fact(DisplayName = "The server refuses a link that was changed, has expired, or is used with another verb")]
    public async Task RefusedLinks()
    {
        await Http.PutAsync(Link("PUT", "x"), new ByteArrayContent([1]), Ct);
        var link = Link("GET", "x");

        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync(link, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Http.PutAsync(link, new ByteArrayContent([2]), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Http.GetAsync(link.Replace("/x?", "/y?", StringComparison.Ordinal), Ct)).StatusCode);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await Http.GetAsync(link.Replace("Expires=600", "Expires=601", StringComparison.Ordinal), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Http.GetAsync(Link("GET", "x", age: TimeSpan.FromSeconds(605)), Ct)).StatusCode);
    }

    [Fact(DisplayName = "A link can be used to create only: what is there is not replaced, as in the embedded store")]
    public async Task CreateOnly()
    {
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed), (await Put(1), await Put(2)));
        Assert.Equal([1], await Read(Named("once")));

        async Task<HttpStatusCode> Put(byte content)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, Link("PUT", "once"))
            {
                Content = new ByteArrayContent([content]),
                Headers = { IfNoneMatch = { System.Net.Http.Headers.EntityTagHeaderValue.Any } },
            };
            using var answer = await Http.SendAsync(request, Ct);
            return answer.StatusCode;
        }
    }

    [Fact(DisplayName = "What was uploaded as a page is downloaded through a link as a file, under its name")]
    public async Task NoPages()
    {
        using var page = new StringContent("<script>alert(1)</script>", null, "text/html");
        Assert.Equal(HttpStatusCode.OK, (await Http.PutAsync(Link("PUT", "сторінка.html"), page, Ct)).StatusCode);

        using var answer = await Http.GetAsync(Link("GET", "сторінка.html"), Ct);

        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(("attachment", "сторінка.html"),
            (answer.Content.Headers.ContentDisposition!.DispositionType, answer.Content.Headers.ContentDisposition.FileNameStar));
    }

    [Fact(DisplayName = "A bucket that was told to keep versions keeps what an upload through a link replaces")]
    public async Task KeepsVersions()
    {
        var bucket = new Bucket("versions", $"versions-{Guid.NewGuid():n}");
        Assert.Null((await _store!.CreateBucket(bucket, hasLock: false, Ct)).Fault);
        Assert.Equal("keeps no former versions of its objects", (await _store.FindVersions(bucket, Ct))?.Found);
        Assert.Null(await _store.KeepVersions(bucket, Ct));
        Assert.Null(await _store.KeepVersions(bucket, Ct));
        Assert.Null(await _store.FindVersions(bucket, Ct));

        foreach (byte content in new byte[] { 1, 2 })
        {
            using var put = await Http.PutAsync(Link("PUT", "x", bucket: bucket), new ByteArrayContent([content]), Ct);
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        }

        using var client = new AmazonS3Client(new BasicAWSCredentials(_options!.AccessKeyId, _options.SecretAccessKey), new AmazonS3Config
        {
            ServiceURL = _options.Endpoint,
            ForcePathStyle = true,
        });
        Assert.Equal(2, (await client.ListVersionsAsync(bucket.Physical, Ct)).Versions.Count);
        Assert.NotNull(await _store.KeepVersions(new("none", $"none-{Guid.NewGuid():n}"), Ct));
        Assert.Contains("NoSuchBucket", (await _store.FindVersions(new("none", $"none-{Guid.NewGuid():n}"), Ct))?.Found, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "An upload in parts whose process was killed is removed when it is old enough, and objects stay")]
    public async Task Unfinished()
    {
        await Store.Write(Bucket, Named("whole"), new MemoryStream([1]), Ct);
        var options = _options!;
        using var client = new Amazon.S3.AmazonS3Client(
            new Amazon.Runtime.BasicAWSCredentials(options.AccessKeyId, options.SecretAccessKey),
            new Amazon.S3.AmazonS3Config { ServiceURL = options.Endpoint, ForcePathStyle = true });
        var upload = await client.InitiateMultipartUploadAsync(Bucket.Physical, "half", Ct);
        await client.UploadPartAsync(
            new()
            {
                BucketName = Bucket.Physical,
                Key = "half",
                UploadId = upload.UploadId,
                PartNumber = 1,
                InputStream = new MemoryStream(new byte[100]),
                UseChunkEncoding = false
            }, Ct);

        Assert.Equal(0, await Store.RemoveUnfinished(Bucket, DateTimeOffset.UtcNow.AddHours(-24), Ct));
        Assert.Equal(1, await Store.RemoveUnfinished(Bucket, DateTimeOffset.UtcNow.AddMinutes(1), Ct));

        Assert.Empty((await client.ListMultipartUploadsAsync(Bucket.Physical, Ct)).MultipartUploads ?? []);
        Assert.Equal([1], await Read(Named("whole")));
    }

    [Fact(DisplayName = "A missing bucket is a fault, not an absent object")]
    public async Task NoBucket()
    {
        var elsewhere = new Bucket("elsewhere", "elsewhere");

        await Assert.ThrowsAsync<Amazon.S3.AmazonS3Exception>(() => Store.Write(elsewhere, Named("x"), new MemoryStream([1]), Ct));
        await Assert.ThrowsAsync<Amazon.S3.AmazonS3Exception>(() => Store.Open(elsewhere, Named("x"), null, Ct));
    }

    [Theory(DisplayName = "Where the store takes relaxed names, a bucket keeps its own: written, read and linked to")]
    [InlineData("ambulatory_contracts")]
    [InlineData("Contracts_2026.A-b")]
    public async Task RelaxedNames(string name)
    {
        await gateway.CreateBucket(name);
        var bucket = new Bucket(name, name);

        Assert.Equal(
            HttpStatusCode.OK,
            (await Http.PutAsync(Link("PUT", "Договір 1", bucket: bucket), new ByteArrayContent([1, 2]), Ct)).StatusCode);
        Assert.Equal([1, 2], await Http.GetByteArrayAsync(Link("GET", "Договір 1", bucket: bucket), Ct));
        Assert.Equal(2, (await Store.Find(bucket, Named("Договір 1"), Ct))!.Length);
        Assert.Null(await Store.Reach(bucket, Ct));
        Assert.Null(BucketName.Fault(name, StorageBackend.S3, relaxed: true));
    }

    [Fact(DisplayName = "An upload that the store accepts without an ETag, because a later one has overtaken it, is not an error")]
    public async Task Overtaken()
    {
        await using var swift = await StubServer.Start(202, "text/html", "");
        using var store = new S3Store(_options! with { Endpoint = swift.Url }, TimeProvider.System);

        Assert.Equal(
            (3L, ""),
            (await store.Write(Bucket, Named("x"), new MemoryStream([1, 2, 3]), Ct)) switch
            {
                var written => (written.Length,
                written.ETag)
            });
    }

    private string Link(string verb, string name, TimeSpan age = default, Bucket? bucket = null) =>
        new S3LinkSigner(_options!)
            .Sign(new LinkGrant(verb, bucket ?? Bucket, Named(name), DateTimeOffset.UtcNow - age, TimeSpan.FromSeconds(600)), "");
}
