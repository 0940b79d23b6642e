using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Esoz.Tests.Platform.Compression;

namespace Esoz.Tests.BulkExport.Serving;

/// <summary>NDJSON: only records, the same bytes for every client, so ranges are possible too (pis-bulk §6).</summary>
public sealed class LinesRepresentationTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private const string Path = "/api/pis/bulk/employees";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "One record per line, equal to those of the JSON answer, without envelope; gzip and identity have the same content")]
    [InlineData("")]
    [InlineData("?depth=2")]
    public async Task Records(string query)
    {
        await Build();
        using var json = await Get(Path + query, "identity", "*/*");
        var records = JsonNode.Parse(await json.Content.ReadAsByteArrayAsync(Ct))!["data"]!.AsArray();
        using var plain = await Get(Path + query, "identity");
        using var compressed = await Get(Path + query, "gzip");
        var lines = await plain.Content.ReadAsStringAsync(Ct);

        Assert.Equal("application/x-ndjson", plain.Content.Headers.ContentType!.ToString());
        Assert.EndsWith("\n", lines, StringComparison.Ordinal);
        var parsed = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)).ToList();
        Assert.Equal(records.Count, parsed.Count);
        Assert.All(records.Zip(parsed), pair => Assert.True(JsonNode.DeepEquals(pair.First, pair.Second)));
        Assert.Equal(["gzip"], compressed.Content.Headers.ContentEncoding);
        var body = await compressed.Content.ReadAsByteArrayAsync(Ct);
        GzipTool.AssertOneMember(body);
        Assert.Equal(lines, Encoding.UTF8.GetString(await GzipTool.Decompress(body)));
    }

    [Theory(DisplayName =
        "The tag is strong and of its own for every coding, depth and generation; Repr-Digest is that of the whole body; HEAD has them too")]
    [InlineData("identity")]
    [InlineData("gzip")]
    public async Task Headers(string coding)
    {
        await Build();
        using var answer = await Get(Path, coding);
        var body = await answer.Content.ReadAsByteArrayAsync(Ct);
        using var head = await Send("HEAD", Path, coding, "application/x-ndjson");

        Assert.False(answer.Headers.ETag!.IsWeak);
        Assert.Equal(["bytes"], answer.Headers.AcceptRanges);
        Assert.Equal($"sha-256=:{Convert.ToBase64String(SHA256.HashData(body))}:", Assert.Single(answer.Headers.GetValues("Repr-Digest")));
        Assert.Equal(body.Length, answer.Content.Headers.ContentLength);
        foreach (var name in new[] { "ETag", "Repr-Digest", "Accept-Ranges", "X-Snapshot-Date", "Vary" })
            Assert.Equal(answer.Headers.GetValues(name), head.Headers.GetValues(name));
        Assert.Equal(answer.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Ct));

        using var other = await Get(Path, coding == "gzip" ? "identity" : "gzip");
        using var deep = await Get(Path + "?depth=1", coding);
        using var again = await Get(Path, coding, headers: ("If-None-Match", answer.Headers.ETag.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        await registry.Build();
        using var next = await Get(Path, coding);
        Assert.Distinct([answer.Headers.ETag, other.Headers.ETag, deep.Headers.ETag, next.Headers.ETag]);
    }

    [Theory(DisplayName = "One range is answered 206 with exactly those bytes")]
    [InlineData("bytes=0-0", 0, 0)]
    [InlineData("bytes=10-99", 10, 99)]
    [InlineData("bytes=100-", 100, -1)]
    [InlineData("bytes=-7", -7, -1)]
    [InlineData("bytes=5-99999999999999999999", 5, -1)]
    public async Task Part(string range, int first, int last)
    {
        await Build();
        foreach (var coding in new[] { "identity", "gzip" })
        {
            using var answer = await Get(Path, coding);
            var whole = await answer.Content.ReadAsByteArrayAsync(Ct);
            using var part = await Get(Path, coding, headers: ("Range", range));

            var (from, to) = (first < 0 ? whole.Length + first : first, last < 0 ? whole.Length - 1 : last);
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            Assert.Equal($"bytes {from}-{to}/{whole.Length}", part.Content.Headers.ContentRange!.ToString());
            Assert.Equal(answer.Headers.ETag, part.Headers.ETag);
            Assert.Equal(answer.Headers.GetValues("Repr-Digest"), part.Headers.GetValues("Repr-Digest"));
            Assert.Equal(whole[from..(to + 1)], await part.Content.ReadAsByteArrayAsync(Ct));
        }
    }

    [Fact(DisplayName =
        "A range beyond the end is 416 in the envelope with the length; other units, several ranges and HEAD get the whole")]
    public async Task NoPart()
    {
        await Build();
        using var whole = await Get(Path, "identity");
        var length = whole.Content.Headers.ContentLength;
        using var beyond = await Get(Path, "identity", headers: ("Range", $"bytes={length}-"));
        (await Answer.Of(beyond)).IsIlRefusal(416, "range_not_satisfiable", "Requested range is not satisfiable");
        Assert.Equal($"bytes */{length}", beyond.Content.Headers.ContentRange!.ToString());
        foreach (var range in new[] { "bytes=0-1,4-5", "lines=0-1", "nonsense" })
        {
            using var answer = await Get(Path, "identity", headers: ("Range", range));
            Assert.Equal((HttpStatusCode.OK, length), (answer.StatusCode, answer.Content.Headers.ContentLength));
        }
        using var head = await Send("HEAD", Path, "identity", "application/x-ndjson", ("Range", "bytes=0-1"));
        Assert.Equal((HttpStatusCode.OK, length), (head.StatusCode, head.Content.Headers.ContentLength));
        using var json = await Get(Path, "identity", "application/json", ("Range", "bytes=0-1"));
        Assert.Equal(HttpStatusCode.OK, json.StatusCode);
        Assert.Equal(["none"], json.Headers.AcceptRanges);
    }

    [Fact(DisplayName = "An interrupted download resumes with If-Range; after a new snapshot it starts from the beginning")]
    public async Task Resume()
    {
        await Build();
        using var answer = await Get(Path, "gzip");
        var (tag, whole) = (answer.Headers.ETag!.ToString(), await answer.Content.ReadAsByteArrayAsync(Ct));
        var begun = whole[..(whole.Length / 3)];

        using var rest = await Get(Path, "gzip", headers: [("Range", $"bytes={begun.Length}-"), ("If-Range", tag)]);
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal(whole, begun.Concat(await rest.Content.ReadAsByteArrayAsync(Ct)));

        await registry.SomeEmployees(new Random(5), 1);
        await registry.Build();
        using var anew = await Get(Path, "gzip", headers: [("Range", $"bytes={begun.Length}-"), ("If-Range", tag)]);
        Assert.Equal(HttpStatusCode.OK, anew.StatusCode);
        Assert.NotEqual(tag, anew.Headers.ETag!.ToString());
    }

    [Fact(DisplayName = "A part of a version that is no longer served is 412, so that two versions are never spliced")]
    public async Task OtherVersion()
    {
        await Build();
        using var old = await Get(Path, "identity");
        var (tag, date) = (old.Headers.ETag!.ToString(), DateTimeOffset.UtcNow.AddDays(-1).ToString("R"));
        using var part = await Get(Path, "identity", headers: [("Range", "bytes=10-"), ("If-Match", tag)]);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);

        await registry.SomeEmployees(new Random(7), 1);
        // Of two snapshots in one second the later one has no date.
        await Eventually.Holds(async () =>
        {
            await registry.Build();
            using var next = await Get(Path, "identity");
            return next.Content.Headers.LastModified is not null;
        }, () => "No snapshot has a date.");

        foreach (var (name, value) in new[] { ("If-Match", tag), ("If-Match", $"W/{tag}"), ("If-Unmodified-Since", date) })
        {
            using var refused = await Get(Path, "identity", headers: [("Range", "bytes=10-"), (name, value)]);
            (await Answer.Of(refused)).IsIlRefusal(412, "precondition_failed", "Precondition failed");
        }
        using var anew = await Get(Path, "identity", headers: [("Range", "bytes=10-"), ("If-Range", $"W/{tag}")]);
        Assert.Equal(HttpStatusCode.OK, anew.StatusCode);
    }

    private async Task Build()
    {
        if (await registry.Scalar<long>("SELECT count(*) FROM employees") < 40)
            await registry.SomeEmployees(new Random(20261121), 40);
        await registry.Build();
    }

    private Task<HttpResponseMessage> Get(
        string path, string coding, string accept = "application/x-ndjson", params (string Name, string Value)[] headers) =>
        Send("GET", path, coding, accept, headers);

    private async Task<HttpResponseMessage> Send(
        string verb, string path, string coding, string accept, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(registry.Url, path));
        foreach (var (name, value) in headers.Concat(
            [("api-key", await registry.Given.ApiKey("PIS")), ("Accept", accept), ("Accept-Encoding", coding)]))
            request.Headers.TryAddWithoutValidation(name, value);
        return await registry.Http.SendAsync(request, Ct);
    }
}
