using System.Text;
using System.Text.Json;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Database;
using Esoz.Platform.Storage;
using Esoz.Tests.Platform.Compression;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.BulkExport;

/// <summary>API-005-012-002-0477 PIS. Get employees (Bulk data export) (pis-bulk §2, §5, §6).</summary>
public sealed class GetEmployeesBulkTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private const string Path = "/api/pis/bulk/employees";
    private const string Scope = "employee_bulk:read_pis";

    [Fact(DisplayName =
        "The answer is the stored array inside meta (code, url, type, request_id, date) and data, with the documented headers")]
    public async Task Envelope()
    {
        var report = await BuildInASecondOfItsOwn();
        var answer = (await Get(Path, ("X-Request-ID", "my-request"))).Succeeded();

        var date = report.Snapshot.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
        var array = Encoding.UTF8.GetString(await GzipTool.Decompress(await registry.Stored($"{report.Snapshot.Prefix}/full.json.gz")));
        Assert.Equal(
            $$"""{"meta":{"code":200,"url":"{{new Uri(registry.Url, Path)}}","type":"list","request_id":"my-request","date":"{{date}}"},"data":{{array}}}""", answer.Text);
        Assert.Equal("application/json; charset=utf-8", answer.ContentHeaders.ContentType!.ToString());
        Assert.Equal(Encoding.UTF8.GetByteCount(answer.Text), answer.ContentHeaders.ContentLength);
        Assert.Equal(date, Assert.Single(answer.Headers.GetValues("X-Snapshot-Date")));
        Assert.Equal($"{DateTime.Parse(date).ToUniversalTime():R}", $"{answer.ContentHeaders.LastModified:R}");
        Assert.True(answer.Headers.CacheControl is { Private: true, NoCache: true });
        Assert.Equal(["Accept", "Accept-Encoding"], answer.Headers.Vary);
        Assert.Equal(["none"], answer.Headers.AcceptRanges);
        Assert.True(answer.Headers.ETag!.IsWeak);
    }

    [Fact(DisplayName =
        "Each depth answers the rows changed in so many days, also rows that are not active; without depth every row comes")]
    public async Task Depths()
    {
        await Build();
        foreach (var depth in new int?[] { null, 1, 2, 3, 4, 5 })
        {
            var answer = (await Get(depth is null ? Path : $"{Path}?depth={depth}")).Succeeded();
            var at = answer.Json.GetProperty("meta").GetProperty("date").GetDateTime();
            var snapshotAt = await registry.Scalar<DateTime>(
                "SELECT snapshot_at FROM bulk_generations WHERE resource = 'employees' AND state = 'READY' AND date_trunc('milliseconds', snapshot_at) = $1", at);
            var expected = await registry.Rows(
                "SELECT id FROM employees WHERE $2::int IS NULL OR coalesce(updated_at, inserted_at) >= $1::timestamptz - $2::int * interval '24 hours' ORDER BY coalesce(updated_at, inserted_at) DESC, id",
                snapshotAt, depth);
            Assert.Equal(expected.Select(row => (Guid)row["id"]!), answer.Data.EnumerateArray()
                .Select(record => record.GetProperty("id").GetGuid()));
        }
        var all = (await Get(Path)).Data;
        Assert.Contains(all.EnumerateArray(), record => !record.GetProperty("is_active").GetBoolean());
    }

    [Theory(DisplayName = "A depth that is not a whole number is refused")]
    [InlineData("?depth=")]
    [InlineData("?depth")]
    [InlineData("?depth=abc")]
    [InlineData("?depth=1.5")]
    [InlineData("?depth=+1")]
    [InlineData("?depth=%2B")]
    [InlineData("?depth=%2B%2B1")]
    [InlineData("?depth=%2B-1")]
    [InlineData("?depth=1e1")]
    [InlineData("?depth=%201")]
    [InlineData("?depth=-")]
    [InlineData("?depth=1&depth=2")]
    [InlineData("?depth=1&depth=1")]
    public Task DepthIsNoInteger(string query) => Refuses(query, """{"rule":"cast","description":"is invalid","params":["integer"]}""");

    [Theory(DisplayName = "A depth below 1 is refused")]
    [InlineData("?depth=0")]
    [InlineData("?depth=%2B0")]
    [InlineData("?depth=-1")]
    [InlineData("?depth=-99999999999999999999")]
    public Task DepthIsTooSmall(string query) =>
        Refuses(query, """{"rule":"number","description":"must be greater than 0","params":{"greater_than":0}}""");

    [Theory(DisplayName = "A depth above the largest of the snapshot is refused, and the text follows the snapshot")]
    [InlineData("?depth=6")]
    [InlineData("?depth=%2B6")]
    [InlineData("?depth=99999999999999999999")]
    [InlineData("?depth=%2B99999999999999999999")]
    public Task DepthIsTooLarge(string query) =>
        Refuses(query, """{"rule":"number","description":"must be less than or equal to 5","params":{"less_than_or_equal_to":5}}""");

    [Theory(DisplayName = "A plus, which a URL spells %2B, leading zeros and unknown parameters do not matter")]
    [InlineData("?depth=05")]
    [InlineData("?depth=%2B5")]
    [InlineData("?depth=%2B05")]
    [InlineData("?depth=5&page=x")]
    public async Task DepthIsRead(string query)
    {
        await Build();

        var read = await Ids(query);

        Assert.Equal(await Ids("?depth=5"), read);
        // It is neither ignored nor mistaken for another one.
        Assert.NotEqual(await Ids(""), read);
        Assert.NotEqual(await Ids("?depth=4"), read);

        async Task<List<Guid>> Ids(string other) =>
            [.. (await Get(Path + other)).Succeeded().Data.EnumerateArray().Select(record => record.GetProperty("id").GetGuid())];
    }

    [Theory(DisplayName =
        "A gzip answer is one member that every client reads, of exactly the stated length, with the same data as identity")]
    [InlineData("")]
    [InlineData("?depth=1")]
    [InlineData("?depth=4")]
    public async Task Gzip(string query)
    {
        await Build();
        var identity = (await Get(Path + query, ("X-Request-ID", "same"))).Succeeded();
        using var response = await Raw(Path + query, ("X-Request-ID", "same"), ("Accept-Encoding", "gzip"));
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        GzipTool.AssertOneMember(body);
        Assert.Equal(identity.Text, Encoding.UTF8.GetString(await GzipTool.Decompress(body)));
    }

    [Fact(DisplayName = "A request id and host as long as they may be still give one valid gzip member")]
    public async Task LongHead()
    {
        await Build();
        using var response = await Raw(Path, ("X-Request-ID", new string('x', 128)), ("Accept-Encoding", "gzip"));
        var plain = await GzipTool.Decompress(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(new string('x', 128), JsonDocument.Parse(plain).RootElement.GetProperty("meta").GetProperty("request_id").GetString());
    }

    [Theory(DisplayName = "The coding follows Accept-Encoding")]
    [InlineData("gzip", true)]
    [InlineData("GZIP", true)]
    [InlineData("deflate, gzip;q=0.5, br", true)]
    [InlineData("*", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("*;q=0, identity", false)]
    [InlineData("gzip;q=0, *", false)]
    [InlineData("gzip;q=0.1, identity;q=0.5", false)]
    [InlineData("br", false)]
    [InlineData("identity", false)]
    [InlineData("nonsense/;;", false)]
    public async Task Coding(string acceptEncoding, bool gzip)
    {
        await Build();
        using var response = await Raw(Path, ("Accept-Encoding", acceptEncoding));
        Assert.Equal(gzip ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
    }

    [Theory(DisplayName = "The media type follows Accept: octet-stream by name, JSON in every other case; the bytes are the same")]
    [InlineData("application/octet-stream", "application/octet-stream")]
    [InlineData("application/octet-stream, */*", "application/octet-stream")]
    [InlineData("application/json, application/octet-stream;q=0.5", "application/json; charset=utf-8")]
    [InlineData("application/octet-stream;q=0", "application/json; charset=utf-8")]
    [InlineData("application/x-ndjson;q=0", "application/json; charset=utf-8")]
    [InlineData("application/json, application/x-ndjson", "application/json; charset=utf-8")]
    [InlineData("*/*", "application/json; charset=utf-8")]
    [InlineData("text/html", "application/json; charset=utf-8")]
    [InlineData("///", "application/json; charset=utf-8")]
    public async Task MediaType(string accept, string expected)
    {
        await Build();
        var json = await Get(Path, ("X-Request-ID", "same"));
        var answer = await Get(Path, ("X-Request-ID", "same"), ("Accept", accept));
        Assert.Equal(expected, answer.Succeeded().ContentHeaders.ContentType!.ToString());
        Assert.Equal(json.Text, answer.Text);
    }

    [Fact(DisplayName = "A known tag is answered 304 without a body; depth and every new generation have tags of their own")]
    public async Task NotModified()
    {
        await Build();
        var tag = (await Get(Path)).Headers.ETag!.ToString();
        var other = (await Get(Path + "?depth=1")).Headers.ETag!.ToString();
        Assert.NotEqual(tag, other);

        foreach (var known in new[] { tag, tag[2..], $"\"x\", {tag}", "*" })
        {
            var answer = await Get(Path, ("If-None-Match", known));
            Assert.Equal((304, ""), (answer.Status, answer.Text));
            Assert.Equal(tag, answer.Headers.ETag!.ToString());
            Assert.True(answer.Headers.Contains("X-Snapshot-Date"));
        }
        Assert.Equal(200, (await Get(Path, ("If-None-Match", other))).Status);
        Assert.Equal(422, (await Get(Path + "?depth=x", ("If-None-Match", "*"))).Status);

        await registry.Build();
        Assert.Equal(200, (await Get(Path, ("If-None-Match", tag))).Status);
    }

    [Theory(DisplayName = "HEAD has the headers of GET and no body")]
    [InlineData("identity")]
    [InlineData("gzip")]
    public async Task Head(string coding)
    {
        await Build();
        using var get = await Raw(Path + "?depth=2", ("Accept-Encoding", coding), ("X-Request-ID", "same"));
        using var request = await Request("HEAD", Path + "?depth=2", ("Accept-Encoding", coding), ("X-Request-ID", "same"));
        using var head = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(Headers(get), Headers(head));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact(DisplayName = "Credentials are checked before depth: no key, wrong key, wrong scope")]
    public async Task Credentials()
    {
        await Build();
        (await registry.Send("GET", Path + "?depth=x")).IsIlRefusal(401, "access_denied", "Api key is not set");
        (await registry.Send("GET", Path + "?depth=x", new(ApiKey: "wrong"))).IsIlRefusal(401, "access_denied", "Invalid api key");
        var others = await registry.Given.ApiKey("PIS", scopes: "party_bulk:read_pis division_bulk:read_pis employee_bulk:read");
        (await registry.Send("GET", Path + "?depth=x", new(ApiKey: others)))
            .IsIlRefusal(403, "forbidden", $"Your scope does not allow to access this resource. Missing allowances: {Scope}");
        var none = await registry.Given.ApiKey("PIS", brokerScope: "");
        (await registry.Send("GET", Path, new(ApiKey: none)))
            .IsIlRefusal(403, "forbidden", $"Your scope does not allow to access this resource. Missing allowances: {Scope}");
    }

    [Fact(DisplayName = "A stale snapshot is served without limit of age")]
    public async Task Stale()
    {
        await Build();
        registry.Clock.Advance(TimeSpan.FromDays(400));
        try
        {
            var key = await registry.Given.ApiKey("PIS");
            await registry.Execute("UPDATE connections SET expires_at = NULL");
            (await registry.Send("GET", Path, new(ApiKey: key))).Succeeded();
        }
        finally
        {
            registry.Clock.Advance(TimeSpan.FromDays(-400));
        }
    }

    [Fact(DisplayName = "A running download finishes on the generation with which it started, even when its objects are removed")]
    public async Task KeepsItsGeneration()
    {
        await registry.SomeEmployees(new Random(3), 1);
        await registry.Execute("""
            INSERT INTO employees (id, legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_by, additional_info)
            SELECT gen_random_uuid(), legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_by,
                   jsonb_build_object('about', (SELECT string_agg(md5(random()::text || part), '') FROM generate_series(1, 60) part))
              FROM (SELECT * FROM employees LIMIT 1) one, generate_series(1, 6000) i
            """);
        var report = await registry.Build();
        using var request = await Request("GET", Path, ("Accept-Encoding", "gzip"));
        using var response = await registry.Http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        await registry.Build();
        foreach (var key in (await registry.StoredKeys()).Where(key => key.StartsWith(report.Snapshot.Prefix, StringComparison.Ordinal)))
            await registry.Store.Delete(registry.Bucket, ObjectKey.Plain(key), TestContext.Current.CancellationToken);

        var plain = await GzipTool.Decompress(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(report.Full.Rows, JsonDocument.Parse(plain).RootElement.GetProperty("data").GetArrayLength());
    }

    [Fact(DisplayName = "A file that is lost before the first byte is a 503 in the envelope, without the headers of the file")]
    public async Task FaultBefore()
    {
        var report = await Build();
        await registry.Store.Delete(
            registry.Bucket, ObjectKey.Plain($"{report.Snapshot.Prefix}/depth-1.json.gz"), TestContext.Current.CancellationToken);
        var answer = await Get(Path + "?depth=1", ("Accept-Encoding", "gzip"));
        answer.IsIlRefusal(503, "service_unavailable", "Snapshot is not ready");
        Assert.Null(answer.Headers.ETag);
        Assert.Empty(answer.ContentHeaders.ContentEncoding);
        await registry.Build();
    }

    [Fact(DisplayName = "A storage fault after the first byte cuts the connection, so that a torn body is never taken for a whole one")]
    public async Task FaultAfter()
    {
        var ct = TestContext.Current.CancellationToken;
        var key = $"{(await Build()).Snapshot.Prefix}/full.json.gz";
        await registry.Store.Write(registry.Bucket, ObjectKey.Plain(key), new MemoryStream((await registry.Stored(key))[..^20]), ct);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var response = await Raw(Path, ("Accept-Encoding", "gzip"));
            await response.Content.ReadAsByteArrayAsync(ct);
        });
        await registry.Build();
    }

    [Theory(DisplayName =
        "Content that changed in the store after its upload is never sent decompressed: 500 in the envelope, and the next snapshot is served")]
    [InlineData("*/*")]
    [InlineData("application/x-ndjson")]
    public async Task FaultOfContent(string accept)
    {
        var ct = TestContext.Current.CancellationToken;
        var key = $"{(await Build()).Snapshot.Prefix}/full.json.gz";
        var stored = await registry.Stored(key);
        stored.AsSpan(40, stored.Length - 80).Fill(0xFF);
        await registry.Store.Write(registry.Bucket, ObjectKey.Plain(key), new MemoryStream(stored), ct);

        (await Get(Path, ("Accept", accept))).IsIlRefusal(500, "internal_error", "Internal server error");

        await registry.Build();
        Assert.Equal(200, (await Get(Path, ("Accept", accept))).Status);
    }

    [Fact(DisplayName = "Without a tag the instant decides: 304 when the snapshot is not newer than If-Modified-Since")]
    public async Task NotModifiedSince()
    {
        await BuildInASecondOfItsOwn();
        var modified = (await Get(Path)).ContentHeaders.LastModified!.Value;
        Assert.Equal(304, (await Get(Path, ("If-Modified-Since", modified.ToString("R")))).Status);
        Assert.Equal(200, (await Get(Path, ("If-Modified-Since", modified.AddSeconds(-1).ToString("R")))).Status);
        Assert.Equal(200, (await Get(Path, ("If-Modified-Since", modified.ToString("R")), ("If-None-Match", "\"other\""))).Status);
        Assert.Equal(200, (await Get(Path, ("If-Modified-Since", "yesterday"))).Status);
    }

    [Fact(DisplayName = "Two snapshots of one long transaction do not share a date: the second one has none, and dates do not match it")]
    public async Task OneLongTransaction()
    {
        var ct = TestContext.Current.CancellationToken;
        await Build();
        await using var writer = await registry.Database.Source.OpenConnectionAsync(ct);
        await using var transaction = await writer.BeginTransactionAsync(ct);
        await using (var update = PostgresDatabase.Command(writer, "UPDATE employees SET status_reason = 'x', updated_at = now()"))
            await update.ExecuteNonQueryAsync(ct);
        var second = await NextSecond();
        await registry.Build();
        var first = await Get(Path);
        await registry.Build();

        var answer = await Get(Path);

        Assert.True(second > answer.Json.GetProperty("meta").GetProperty("date").GetDateTime());
        Assert.Equal(first.Headers.GetValues("X-Snapshot-Date"), answer.Headers.GetValues("X-Snapshot-Date"));
        Assert.Null(answer.ContentHeaders.LastModified);
        foreach (var date in new[] { second.AddSeconds(-1), second, second.AddHours(1) })
            Assert.Equal(200, (await Get(Path, ("If-Modified-Since", $"{date:R}"))).Status);
        await transaction.RollbackAsync(ct);
    }

    [Fact(DisplayName = "A date between the instant of the data and the beginning of service does not match: the client may have got the previous snapshot then")]
    public async Task BeforeService()
    {
        var report = await BuildInASecondOfItsOwn();
        await registry.Execute("UPDATE bulk_generations SET finished_at = snapshot_at + interval '1 minute' WHERE id = $1",
            report.Snapshot.Generation);
        registry.Services.GetRequiredService<ServedSnapshots>().Forget();

        Assert.Equal(304, (await Get(Path, ("If-Modified-Since", $"{report.Snapshot.At:R}"))).Status);
        Assert.Equal(200, (await Get(Path, ("If-Modified-Since", $"{report.Snapshot.At.AddSeconds(30):R}"))).Status);
        Assert.Equal(304, (await Get(Path, ("If-Modified-Since", $"{report.Snapshot.At.AddSeconds(90):R}"))).Status);
    }

    [Theory(DisplayName = "Preconditions: a weak tag never matches strongly, * does, an old date does not")]
    [InlineData("If-Match", "{tag}", 412)]
    [InlineData("If-Match", "*", 200)]
    [InlineData("If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT", 412)]
    [InlineData("If-Unmodified-Since", "Fri, 01 Jan 2100 00:00:00 GMT", 200)]
    public async Task Preconditions(string header, string value, int status)
    {
        await BuildInASecondOfItsOwn();
        var tag = (await Get(Path)).Headers.ETag!.ToString();

        var answer = await Get(Path, (header, value.Replace("{tag}", tag, StringComparison.Ordinal)));

        Assert.Equal(status, answer.Status);
        if (status == 412)
            answer.IsIlRefusal(412, "precondition_failed", "Precondition failed");
    }

    [Fact(DisplayName = "U+0085, which ends a line for some readers, is escaped in columns and in stored JSON")]
    public async Task NextLine()
    {
        await Build();
        await registry.Execute("""
            UPDATE employees SET status_reason = U&'a\0085b«\00a0»', additional_info = jsonb_build_object('c', U&'\0085\009fґ')
             WHERE id = (SELECT min(id::text)::uuid FROM employees)
            """);
        await registry.Build();

        var text = (await Get(Path, ("Accept", "application/x-ndjson"))).Text;

        Assert.Contains("\"status_reason\":\"a\\u0085b«\u00a0»\"", text, StringComparison.Ordinal);
        Assert.Contains("\"additional_info\":{\"c\": \"\\u0085\\u009fґ\"}", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0085', text);
    }

    [Fact(DisplayName = "A download is logged with path, client, generation and bytes, and never with the key")]
    public async Task Logged()
    {
        var report = await Build();
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "PIS");
        var key = (await registry.Registrar.IssueKey(client, TimeSpan.FromDays(1), TestContext.Current.CancellationToken))!;
        var answer = (await registry.Send("GET", Path, new(ApiKey: key))).Succeeded();

        var line = await registry.Log.Await(client.ToString());
        Assert.Contains(Path, line, StringComparison.Ordinal);
        Assert.Contains(report.Snapshot.Generation.ToString(), line, StringComparison.Ordinal);
        Assert.Contains($"{answer.ContentHeaders.ContentLength} bytes", line, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Log.Lines, line => line.Contains(key, StringComparison.Ordinal));
    }

    /// <summary>Only such a snapshot has a date; other tests build several in a second.</summary>
    private async Task<BuildReport> BuildInASecondOfItsOwn()
    {
        await Build();
        await NextSecond();
        return await registry.Build();
    }

    /// <summary>Waits for the next whole second of the database clock and returns it.</summary>
    private async Task<DateTime> NextSecond()
    {
        var now = await registry.Scalar<DateTime>("SELECT clock_timestamp()");
        var second = now.AddTicks(TimeSpan.TicksPerSecond - (now.Ticks % TimeSpan.TicksPerSecond));
        await Eventually.Holds(
            async () => await registry.Scalar<DateTime>("SELECT clock_timestamp()") >= second, () => "Time does not pass.");
        return second;
    }

    private async Task<BuildReport> Build()
    {
        if (await registry.Scalar<long>("SELECT count(*) FROM employees") < 40)
            await registry.SomeEmployees(new Random(20261121), 40);
        return await registry.Build();
    }

    private async Task Refuses(string query, string rule)
    {
        // Any snapshot will do.
        if (await registry.Scalar<long>("SELECT count(*) FROM bulk_generations WHERE resource = 'employees' AND state = 'READY'") == 0)
            await Build();
        var answer = await Get(Path + query);
        Assert.Equal(422, answer.Status);
        var error = answer.Json.GetProperty("error");
        Assert.Equal("validation_failed", error.GetProperty("type").GetString());
        Assert.Equal(Answer.ValidationFailed, error.GetProperty("message").GetString());
        Assert.Equal(
            $$"""[{"entry_type":"query_parameter","entry":"depth","rules":[{{rule}}]}]""", error.GetProperty("invalid").GetRawText());
    }

    private async Task<Answer> Get(string path, params (string Name, string Value)[] headers)
    {
        using var response = await Raw(path, headers);
        return await Answer.Of(response);
    }

    private async Task<HttpResponseMessage> Raw(string path, params (string Name, string Value)[] headers)
    {
        using var request = await Request("GET", path, headers);
        return await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task<HttpRequestMessage> Request(string verb, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(registry.Url, path));
        request.Headers.Add("api-key", await registry.Given.ApiKey("PIS"));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static IEnumerable<string> Headers(HttpResponseMessage response) =>
        response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal);
}
