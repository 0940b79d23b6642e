using Esoz.Platform.Storage;
using Esoz.Tests.MediaStorage;

namespace Esoz.Tests.Platform.Storage;

/// <summary>Signature Version 4 in the query (media-storage §5).</summary>
public sealed class S3LinkSignerTests
{
    private static readonly DateTimeOffset Instant = new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Published example credentials of the Amazon S3 documentation.</summary>
    private static readonly S3Options Options = new()
    {
        Endpoint = "http://127.0.0.1:7480",
        Region = "us-east-1",
        AccessKeyId = "AKIAIOSFODNN7EXAMPLE",
        SecretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    };

    private static readonly LinkGrant Grant = new("GET", new Bucket("ambulatory_contracts", "ambulatory-contracts"),
        ObjectKey.Named(Guid.Parse("c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f"), ObjectName.Canonicalise("a+b (1).pdf", out _)!), Instant,
        TimeSpan.FromSeconds(600), SignedLinks.Holder);

    [Fact(DisplayName = "The example of the Amazon S3 documentation is reproduced to the letter")]
    public void KnownAnswer() => Assert.Equal(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
        + "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
        new S3LinkSigner(Options).SignedQuery("GET", "examplebucket.s3.amazonaws.com", "/test.txt", Instant, 86400));

    [Fact(DisplayName = "A link is path-style on the endpoint, under the physical bucket, each segment encoded once")]
    public void Form() => Assert.StartsWith(
        "http://127.0.0.1:7480/ambulatory-contracts/c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/a%2Bb%20%281%29.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&",
        new S3LinkSigner(Options).Sign(Grant, "http://ignored"), StringComparison.Ordinal);

    [Fact(DisplayName = "A link that reads fixes type and disposition of the answer, signed like the rest; one that writes does not")]
    public void FixedAnswer()
    {
        var signer = new S3LinkSigner(Options);
        var link = signer.Sign(Grant, "");

        Assert.Contains(
            "&X-Amz-SignedHeaders=host&response-content-disposition=attachment%3B%20filename%3D%22a%2Bb%20%281%29.pdf%22%3B%20filename%2A%3DUTF-8%27%27a%252Bb%2520%25281%2529.pdf&response-content-type=application%2Foctet-stream&X-Amz-Signature=",
            link, StringComparison.Ordinal);
        Assert.NotNull(signer.Read(LinkText.Parse(link.Replace("octet-stream", "pdf", StringComparison.Ordinal))!, "").Fault);
        Assert.DoesNotContain("response-content", signer.Sign(Grant with { Verb = "PUT" }, ""), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A public address stands in the link and in its signature, and is read back")]
    public void PublicAddress()
    {
        var signer = new S3LinkSigner(Options, "https://media.example.ua");
        var link = signer.Sign(Grant, "");

        Assert.StartsWith("https://media.example.ua/ambulatory-contracts/c4f1e2d3-", link, StringComparison.Ordinal);
        Assert.Equal(new S3LinkSigner(Options with { Endpoint = "https://media.example.ua" }).Sign(Grant, ""), link);
        Assert.Null(signer.Read(LinkText.Parse(link)!, "").Fault);
        Assert.Equal("does not begin with https://media.example.ua/",
            signer.Read(LinkText.Parse(new S3LinkSigner(Options).Sign(Grant, ""))!, "").Fault!.Text);
    }

    public static TheoryData<string, S3Options, LinkGrant> Others => new()
    {
        { "verb", Options, Grant with { Verb = "PUT" } },
        { "bucket", Options, Grant with { Bucket = new("ambulatory_contracts", "other") } },
        { "key", Options, Grant with { Key = ObjectKey.Plain("x") } },
        { "second", Options, Grant with { IssuedAt = Instant.AddSeconds(1) } },
        { "day", Options, Grant with { IssuedAt = Instant.AddDays(1) } },
        { "lifetime", Options, Grant with { Lifetime = TimeSpan.FromSeconds(601) } },
        { "port", Options with { Endpoint = "http://127.0.0.1:7481" }, Grant },
        { "region", Options with { Region = "eu-central-1" }, Grant },
        { "key id", Options with { AccessKeyId = "AKIAOTHER" }, Grant },
        { "secret", Options with { SecretAccessKey = "other" }, Grant },
        { "session", Options with { SessionToken = "t/+=" }, Grant },
    };

    [Theory(DisplayName = "Any difference in the link changes the signature")]
    [MemberData(nameof(Others))]
    public void Differs(string what, S3Options options, LinkGrant grant) =>
        Assert.True(SignatureOf(new S3LinkSigner(Options).Sign(Grant, "")) != SignatureOf(new S3LinkSigner(options).Sign(grant, "")), what);

    [Fact(DisplayName = "Fractions of the second of issue do not count, and a signer can be used for more than a day")]
    public void Time()
    {
        var signer = new S3LinkSigner(Options);
        var first = signer.Sign(Grant, "");

        Assert.Equal(first, signer.Sign(Grant with { IssuedAt = Instant.AddMilliseconds(999) }, ""));
        Assert.NotEqual(first, signer.Sign(Grant with { IssuedAt = Instant.AddDays(1) }, ""));
        Assert.Equal(first, signer.Sign(Grant, ""));
    }

    [Fact(DisplayName = "Temporary credentials bring their token, in alphabetical place")]
    public void SessionToken() => Assert.Contains("&X-Amz-Expires=600&X-Amz-Security-Token=t%2F%2B%3D&X-Amz-SignedHeaders=host&",
        new S3LinkSigner(Options with { SessionToken = "t/+=" }).Sign(Grant, ""), StringComparison.Ordinal);

    [Theory(DisplayName = "What was signed is read back, whatever the credentials")]
    [InlineData("GET", "")]
    [InlineData("PUT", "t/+=")]
    public void ReadBack(string verb, string sessionToken)
    {
        var signer = new S3LinkSigner(Options with { SessionToken = sessionToken });

        Assert.Equal(
            new SignedLink { Bucket = "ambulatory-contracts", Key = Grant.Key, Verb = verb, ExpiresAt = Instant.ToUnixTimeSeconds() + 600 },
            signer.Read(LinkText.Parse(signer.Sign(Grant with { Verb = verb }, ""))!, "http://ignored"));
    }

    public static TheoryData<Func<string, string>, string, string> Changes => new()
    {
        // the first of several is reported
        { link => link.Replace("X-Amz-Algorithm=", "X-Amz-Algorithn=").Replace("X-Amz-Date=", "X-Amz-Dato="), "X-Amz-Algorithm",
            "is missing" },
        { link => link.Replace("X-Amz-Expires=600", ""), "X-Amz-Expires", "is missing" },
        { link => link[..link.IndexOf("&X-Amz-Signature")], "X-Amz-Signature", "is missing" },
        { link => link + "&X-Amz-Date=20130524T000000Z", "X-Amz-Date", "is there more than once" },
        { link => link.Replace("AWS4-HMAC", "AWS5-HMAC").Replace("=600", "=0"), "X-Amz-Algorithm", "is not AWS4-HMAC-SHA256" },
        { link => link.Replace("=600", "=0"), "X-Amz-Expires",
            "or X-Amz-Date is of a wrong form: 1 … 604800 seconds from an instant like 20260302T100000Z" },
        { link => link.Replace("=600", "=604801"), "X-Amz-Expires",
            "or X-Amz-Date is of a wrong form: 1 … 604800 seconds from an instant like 20260302T100000Z" },
        { link => link.Replace("T000000Z", "000000"), "X-Amz-Expires",
            "or X-Amz-Date is of a wrong form: 1 … 604800 seconds from an instant like 20260302T100000Z" },
        { link => link.Replace("20130524%2F", "20130525%2F"), "X-Amz-Credential",
            "is not {access key}/{day of X-Amz-Date}/{region}/s3/aws4_request" },
        { link => link.Replace("%2Fs3%2F", "%2Fs4%2F"), "X-Amz-Credential",
            "is not {access key}/{day of X-Amz-Date}/{region}/s3/aws4_request" },
        { link => link.Replace("AKIAIOSFODNN7EXAMPLE", "AKIAOTHER"), "X-Amz-Credential",
            "names another access key than OBJECT_STORAGE_S3_ACCESS_KEY_ID" },
        { link => link.Replace("us-east-1", "eu-central-1"), "X-Amz-Credential",
            "is for the region eu-central-1, OBJECT_STORAGE_S3_REGION is us-east-1" },
        { link => link.Replace("SignedHeaders=host", "SignedHeaders=content-type%3Bhost"), "X-Amz-SignedHeaders",
            "names headers other than host: links of this registry sign only host" },
        { link => link.Replace("/c4f1e2d3-", "/x/c4f1e2d3-"), "path", "is not /{bucket}/{resource_id}/{name}" },
        { link => link.Replace("/c4f1e2d3-", "/C4F1E2D3-"), "path", "is not /{bucket}/{resource_id}/{name}" },
        { link => link.Replace("a%2Bb", "a%2"), "path", "is not /{bucket}/{resource_id}/{name}" },
        { link => link.Replace("a%2Bb", "a%2Bc"), "X-Amz-Signature",
            "was not made for this address and these parameters with the configured credentials" },
        { link => link.Replace("=600", "=601"), "X-Amz-Signature",
            "was not made for this address and these parameters with the configured credentials" },
        { link => link + "&versionId=1", "X-Amz-Signature",
            "was not made for this address and these parameters with the configured credentials" },
        { link => link[..^1], "X-Amz-Signature", "was not made for this address and these parameters with the configured credentials" },
    };

    [Theory(DisplayName = "The changed part is named, and the verb is then unknown")]
    [MemberData(nameof(Changes))]
    public void Changed(Func<string, string> change, string part, string text)
    {
        var signer = new S3LinkSigner(Options);

        var read = signer.Read(LinkText.Parse(change(signer.Sign(Grant, "")))!, "");

        Assert.Equal((new(part, text), null), (read.Fault, read.Verb));
    }

    [Fact(DisplayName = "With another host the signature is valid, but the address is wrong")]
    public void OtherHost()
    {
        var signer = new S3LinkSigner(Options);

        var read = signer.Read(
            LinkText.Parse(signer.Sign(Grant, "").Replace("127.0.0.1:7480", "localhost:7480", StringComparison.Ordinal))!, "");

        Assert.Equal((new("address", "does not begin with http://127.0.0.1:7480/"), "GET"), (read.Fault, read.Verb));
    }

    [Fact(DisplayName = "A path that is encoded in another way is the same path")]
    public void OtherEncoding()
    {
        var signer = new S3LinkSigner(Options);

        Assert.Null(
            signer.Read(LinkText.Parse(signer.Sign(Grant, "")
                .Replace("a%2Bb%20%281%29.pdf", "%61+b%20(1)%2epdf", StringComparison.Ordinal))!, "").Fault);
    }

    private static string SignatureOf(string link) => link[(link.LastIndexOf('=') + 1)..];
}
