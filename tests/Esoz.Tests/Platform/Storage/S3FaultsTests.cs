using Esoz.Platform.Storage;

namespace Esoz.Tests.Platform.Storage;

/// <summary>What the failures of a store tell the operator. Real ones come from Ceph RGW, the others from a stub.</summary>
public sealed class S3FaultsTests(RadosGateway gateway)
{
    private const string Secret = "a secret that nobody repeats";
    private const string Endpoint = "OBJECT_STORAGE_S3_ENDPOINT";

    private static readonly Bucket Contracts = new("ambulatory_contracts", "ambulatory-contracts");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static S3Options Options(string endpoint) => new()
    {
        Endpoint = endpoint,
        Region = "us-east-1",
        AccessKeyId = "AKIATEST",
        SecretAccessKey = Secret,
    };

    public static TheoryData<string, string, string> Unreachable => new()
    {
        { "http://127.0.0.1:1", "nothing answers at http://127.0.0.1:1: Connection refused", Endpoint },
        { "http://no-such-host.invalid", "there is no host no-such-host.invalid", Endpoint },
    };

    [Theory(DisplayName = "An endpoint without a server")]
    [MemberData(nameof(Unreachable))]
    public async Task NothingThere(string endpoint, string found, string setting) => await Explains(Options(endpoint), found, setting);

    private static string Error(string code) =>
        $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>Said by the store</Message><RequestId>1</RequestId></Error>";

    public static TheoryData<int, string, string, string, string> Answers => new()
    {
        { 200, "text/html", "<html><body>Welcome to the console</body></html>", "is not an S3 store", Endpoint },
        { 200, "text/plain", "ok", "is not an S3 store", Endpoint },
        { 200, "application/xml", "<other/>", "is not an S3 store", Endpoint },
        { 404, "application/json", """{"error":{"type":"not_found"}}""", "is not an S3 store", Endpoint },
        { 401, "text/html", "<html></html>", "is not an S3 store", Endpoint },
        { 400, "text/html", "<html>The plain HTTP request was sent to HTTPS port</html>", "is not an S3 store", Endpoint },
        { 404, "application/xml", Error("NoSuchBucket"), "the store has no bucket 'ambulatory-contracts'",
            "OBJECT_STORAGE_BUCKET_MAP=ambulatory_contracts=" },
        { 400, "application/xml", Error("InvalidBucketName"), "takes no bucket of the name 'ambulatory-contracts'",
            "OBJECT_STORAGE_BUCKET_MAP=ambulatory_contracts=" },
        { 403, "application/xml", Error("InvalidAccessKeyId"), "does not know the access key", "OBJECT_STORAGE_S3_ACCESS_KEY_ID" },
        { 403, "application/xml", Error("SignatureDoesNotMatch"), "the secret is not that of the access key",
            "OBJECT_STORAGE_S3_SECRET_ACCESS_KEY" },
        { 400, "application/xml", Error("ExpiredToken"), "the session token has expired", "OBJECT_STORAGE_S3_SESSION_TOKEN" },
        { 403, "application/xml", Error("AccessDenied"), "the access key may not list the bucket 'ambulatory-contracts'",
            "let it list the bucket" },
        { 403, "application/xml", Error("RequestTimeTooSkewed"), "the clocks of this machine and of the store are too far apart", "NTP" },
        { 400, "application/xml", Error("AuthorizationHeaderMalformed"), "is not in the region us-east-1", "OBJECT_STORAGE_S3_REGION" },
        { 301, "application/xml", Error("PermanentRedirect"), "is not in the region us-east-1", "OBJECT_STORAGE_S3_REGION" },
        { 400, "application/xml", Error("XNeverHeardOf"), "the store answers 400 XNeverHeardOf", "documentation" },
    };

    [Theory(DisplayName = "An answer of the store that requires action")]
    [MemberData(nameof(Answers))]
    public async Task Refuses(int status, string type, string body, string found, string advice)
    {
        await using var stub = await StubServer.Start(status, type, body);

        await Explains(Options(stub.Url), found, advice);
    }

    [Theory(DisplayName = "A temporary error of the store")]
    [InlineData(503, "application/xml", "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code></Error>",
        "the store reports an error: 503 SlowDown")]
    [InlineData(502, "text/html", "<html>Bad gateway</html>", "the store reports an error: 502 BadGateway")]
    public async Task TemporaryError(int status, string type, string body, string found)
    {
        await using var stub = await StubServer.Start(status, type, body);

        var fault = await Reach(Options(stub.Url));

        Assert.True(fault!.MayPass);
        Assert.Equal(found, fault.Found);
    }

    [Theory(DisplayName = "A redirect is not followed: data goes nowhere that the settings do not name")]
    [InlineData(301, "is not in the region us-east-1")]
    [InlineData(302, "is not in the region us-east-1")]
    [InlineData(307, "redirects to another host")]
    public async Task Redirect(int status, string found)
    {
        await using var elsewhere = await StubServer.Start(200, "application/xml", "<ListBucketResult/>");
        await using var stub = await StubServer.Start(status, "application/xml", Error("TemporaryRedirect"), $"{elsewhere.Url}/ambulatory-contracts");

        await Explains(Options(stub.Url), found, Endpoint);
        using var store = new S3Store(Options(stub.Url), TimeProvider.System);
        await Assert.ThrowsAnyAsync<Exception>(() => store.Write(Contracts, ObjectKey.Plain("x"), new MemoryStream([1]), Ct));

        Assert.NotEqual(0, stub.Requests);
        Assert.Equal(0, elsewhere.Requests);
    }

    [Fact(DisplayName = "TLS to a port without TLS")]
    public async Task NoTls()
    {
        await using var stub = await StubServer.Start(200, "text/plain", "");

        await Explains(Options(stub.Url.Replace("http:", "https:", StringComparison.Ordinal)), "no TLS connection with https://127.0.0.1:",
            "that the store uses https on that port");
    }

    [Fact(DisplayName = "A real store: an existing bucket is no fault; wrong key, wrong secret and wrong bucket each have their own")]
    public async Task RealStore()
    {
        var right = await gateway.Required();

        Assert.Null(await Reach(right, gateway.Bucket));
        await Explains(right with { AccessKeyId = "AKIAOTHER" }, "does not know the access key", "OBJECT_STORAGE_S3_ACCESS_KEY_ID");
        await Explains(
            right with { SecretAccessKey = Secret }, "the secret is not that of the access key", "OBJECT_STORAGE_S3_SECRET_ACCESS_KEY");
        await Explains(right, "the store has no bucket 'elsewhere'", "OBJECT_STORAGE_BUCKET_MAP=compositions=",
            new Bucket("compositions", "elsewhere"));
    }

    private static async Task Explains(S3Options options, string found, string advice, Bucket? bucket = null)
    {
        var fault = await Reach(options, bucket);

        Assert.NotNull(fault);
        Assert.Equal(found.StartsWith("nothing answers", StringComparison.Ordinal), fault.MayPass);
        Assert.Contains(found, fault.Found, StringComparison.Ordinal);
        Assert.Contains(advice, fault.Advice, StringComparison.Ordinal);
        Assert.DoesNotContain(options.SecretAccessKey, fault.ToString(), StringComparison.Ordinal);
    }

    private static async Task<StoreFault?> Reach(S3Options options, Bucket? bucket = null)
    {
        using var store = new S3Store(options, TimeProvider.System);
        return await store.Reach(bucket ?? Contracts, Ct);
    }
}
