using System.Security.Cryptography;
using System.Text;

namespace Esoz.Tests.MediaStorage;

/// <summary>Conditions and headers of uploads to the embedded store (media-storage §6).</summary>
public sealed class MediaLinkRoutesUploadsTests(Registry registry) : IClassFixture<Registry>
{
    private readonly Guid _folder = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Of eight concurrent uploads that only create, one is stored and the others get 412")]
    public async Task CreateOnly()
    {
        for (var round = 0; round < 10; round++)
        {
            var name = $"x{round}";
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
                (Content: $"{i}", Answer: await Put($"{i}", name, ("If-None-Match", "*")))));

            var winner = Assert.Single(answers, it => it.Answer.Status == 200);
            Assert.Equal(7, answers.Count(it => it.Answer.Status == 412));
            answers.First(it => it.Answer.Status == 412).Answer.IsIlRefusal(412, "precondition_failed", "Precondition failed");
            Assert.Equal(winner.Content, await Stored(name));
            Assert.Equal(412, (await Put("late", name, ("If-None-Match", "*"))).Status);
        }
    }

    [Fact(DisplayName = "Of eight concurrent uploads that replace the version they know, one is stored and the others get 412")]
    public async Task ReplaceKnown()
    {
        var known = (await Put("old")).Headers.ETag!.ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
            (Content: $"{i}", Answer: await Put($"{i}", "x", ("If-Match", known)))));

        Assert.Equal(Assert.Single(answers, it => it.Answer.Status == 200).Content, await Stored());
        Assert.Equal(7, answers.Count(it => it.Answer.Status == 412));
    }

    [Theory(DisplayName = "The preconditions of an upload decide whether it replaces the object")]
    [InlineData("If-Match", "{tag}", 200)]
    [InlineData("If-Match", "*", 200)]
    [InlineData("If-Match", "\"other\"", 412)]
    [InlineData("If-Match", "W/{tag}", 412)]
    [InlineData("If-None-Match", "\"other\"", 200)]
    [InlineData("If-None-Match", "{tag}", 412)]
    [InlineData("If-None-Match", "*", 412)]
    [InlineData("If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT", 412)]
    [InlineData("If-Unmodified-Since", "Fri, 01 Jan 2100 00:00:00 GMT", 200)]
    public async Task Conditions(string header, string value, int status)
    {
        var tag = (await Put("old")).Headers.ETag!.ToString();

        Assert.Equal(status, (await Put("new", "x", (header, value.Replace("{tag}", tag, StringComparison.Ordinal)))).Status);
        Assert.Equal(status == 200 ? "new" : "old", await Stored());
    }

    [Fact(DisplayName = "If-Match without an object is 412, and nothing is stored")]
    public async Task MatchesNothing()
    {
        Assert.Equal(412, (await Put("new", "x", ("If-Match", "*"))).Status);
        Assert.Equal(404, (await registry.Send("GET", registry.Link("GET", _folder, "x"))).Status);
    }

    [Theory(DisplayName = "The preconditions of a download: 304 with the validators, 412 instead of a part of another version")]
    [InlineData("If-None-Match", "{tag}", 304)]
    [InlineData("If-None-Match", "W/{tag}", 304)]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-Modified-Since", "{date}", 304)]
    [InlineData("If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT", 206)]
    [InlineData("If-Match", "{tag}", 206)]
    [InlineData("If-Match", "\"other\"", 412)]
    [InlineData("If-Unmodified-Since", "{date}", 206)]
    [InlineData("If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT", 412)]
    [InlineData("If-Range", "{tag}", 206)]
    [InlineData("If-Range", "\"other\"", 200)]
    public async Task Downloads(string header, string value, int status)
    {
        await Put("0123456789");
        var whole = await registry.Send("GET", registry.Link("GET", _folder, "x"));
        var sent = value.Replace("{tag}", $"{whole.Headers.ETag}", StringComparison.Ordinal)
            .Replace("{date}", $"{whole.ContentHeaders.LastModified:R}", StringComparison.Ordinal);

        var answer = await registry.Send("GET", registry.Link("GET", _folder, "x"), headers: [("Range", "bytes=5-"), (header, sent)]);

        Assert.Equal(status, answer.Status);
        if (status == 412)
            answer.IsIlRefusal(412, "precondition_failed", "Precondition failed");
        else
        {
            Assert.Equal(status switch { 304 => "", 206 => "56789", _ => "0123456789" }, answer.Text);
            Assert.Equal(whole.Headers.ETag, answer.Headers.ETag);
            Assert.Equal("no-store, private", $"{answer.Headers.CacheControl}");
        }
    }

    /// <summary>Header, value, status, type, message.</summary>
    public static TheoryData<string, string, int, string, string> Unsupported => new()
    {
        { "Content-Range", "bytes 0-2/10", 400, "request_malformed", "Content-Range is not allowed: an upload replaces the whole object" },
        { "Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==", 400, "request_malformed", "Content-MD5 is not the digest of the content" },
        { "Content-MD5", "AAAA", 400, "request_malformed", "Content-MD5 is not a digest of 16 bytes in base64" },
        { "Content-MD5", "x", 400, "request_malformed", "Content-MD5 is not a digest of 16 bytes in base64" },
        { "Content-Encoding", "aws-chunked", 501, "not_implemented", "aws-chunked content is not supported: send the content as it is" },
        { "Content-Encoding", "gzip,aws-chunked", 501, "not_implemented", "aws-chunked content is not supported: send the content as it is" },
        { "x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", 501, "not_implemented",
            "aws-chunked content is not supported: send the content as it is" },
        { "x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", 501, "not_implemented",
            "aws-chunked content is not supported: send the content as it is" },
        { "Content-Encoding", "gzip", 501, "not_implemented", "Content-Encoding is not supported: the content is stored and sent as it is" },
        { "x-amz-acl", "public-read", 501, "not_implemented", "x-amz-acl is not supported" },
        { "X-Amz-Copy-Source", "/b/k", 501, "not_implemented", "x-amz-copy-source is not supported" },
        { "x-amz-checksum-crc32", "AAAAAA==", 501, "not_implemented", "x-amz-checksum-crc32 is not supported" },
        { "x-goog-if-generation-match", "0", 501, "not_implemented", "x-goog-if-generation-match is not supported" },
    };

    [Theory(DisplayName = "A header that would change what is stored is refused by name, and the object stays as it was")]
    [MemberData(nameof(Unsupported))]
    public async Task Refuses(string header, string value, int status, string type, string message)
    {
        await Put("old");

        var answer = await Put("new", "x", (header, value));

        var entry = answer.Json.GetProperty("error").GetProperty("invalid")[0].GetProperty("entry").GetString();
        answer.IsIlRefusal(status, type, message, entry);
        Assert.Equal(header, entry, ignoreCase: true);
        Assert.Equal("old", await Stored());
    }

    [Fact(DisplayName = "The right Content-MD5, an unsigned payload and the coding identity are accepted")]
    public async Task Accepts()
    {
#pragma warning disable CA5351 // Content-MD5 is MD5.
        var md5 = Convert.ToBase64String(MD5.HashData("new"u8));
#pragma warning restore CA5351

        Assert.Equal(200, (await Put("new", "x", ("Content-MD5", md5), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            ("Content-Encoding", "identity"))).Status);
        Assert.Equal("new", await Stored());
    }

    private Task<string> Stored(string name = "x") => registry.Http.GetStringAsync(registry.Link("GET", _folder, name), Ct);

    private async Task<Answer> Put(string content, string name = "x", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, registry.Link("PUT", _folder, name))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content)),
        };
        foreach (var (header, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(header, value))
                request.Content.Headers.TryAddWithoutValidation(header, value);
        }
        using var response = await registry.Http.SendAsync(request, Ct);
        return await Answer.Of(response);
    }
}
