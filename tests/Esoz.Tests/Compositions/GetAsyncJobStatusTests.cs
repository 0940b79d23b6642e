using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Esoz.Compositions;
using Esoz.Platform.Jobs;
using Npgsql;

namespace Esoz.Tests.Compositions;

/// <summary>API-006-001-001-0209 getAsyncJobStatus (compositions §3).</summary>
public sealed class GetAsyncJobStatusTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/patients/composition/job/";
    private static readonly DateTime At = new(2026, 3, 2, 10, 15, 6, 402, 917, DateTimeKind.Utc);

    [Fact(DisplayName = "A PENDING job, byte for byte, with the whole seconds to its eta in Retry-After")]
    public async Task Pending()
    {
        var (provider, token) = await Client();
        var eta = DateTime.UtcNow.AddHours(1);
        var job = await Job(provider, "PENDING", eta);

        var asked = DateTime.UtcNow;
        var answer = (await registry.Send("GET", Path + job, token)).Succeeded();

        Assert.Equal(
            $$$"""{"data":{"eta":"{{{Text(eta)}}}","id":"{{{job}}}","links":[{"entity":"eHealth/resources"}],"status":"PENDING"}}""",
            answer.Text);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds,
            Math.Floor((eta - DateTime.UtcNow).TotalSeconds), Math.Ceiling((eta - asked).TotalSeconds));
    }

    [Fact(DisplayName = "An estimate that has passed is answered as now + estimate")]
    public async Task EtaPassed()
    {
        var (provider, token) = await Client();
        var job = await Job(provider, "PENDING", At);

        var asked = DateTime.UtcNow;
        var answer = (await registry.Send("GET", Path + job, token)).Succeeded();

        Assert.InRange(answer.Data.GetProperty("eta").GetDateTime(), asked.AddSeconds(4), DateTime.UtcNow.AddSeconds(6));
        Assert.Equal(5, answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
    }

    [Fact(DisplayName = "An estimate that is almost there still asks for one second")]
    public async Task RetryAfterIsAtLeastOne()
    {
        var (provider, token) = await Client();
        var job = await Job(provider, "PENDING", DateTime.UtcNow.AddSeconds(0.9));

        Assert.Contains(
            (await registry.Send("GET", Path + job, token)).Succeeded().Headers.RetryAfter!.Delta!.Value.TotalSeconds, new[] { 1.0, 5.0 });
    }

    [Fact(DisplayName = "A DONE job, byte for byte")]
    public async Task Done()
    {
        var (provider, token) = await Client();
        var composition = Guid.NewGuid();
        var job = await Job(provider, "DONE", At, composition);

        var answer = (await registry.Send("GET", Path + job, token)).Succeeded();

        Assert.Equal(
            $$$"""{"data":{"eta":"2026-03-02T10:15:06.402Z","id":"{{{job}}}","links":[{"entity":"eHealth/composition","href":"composition/{{{composition}}}"}],"status":"DONE","doneAt":"2026-03-02T10:15:06.402Z"}}""", answer.Text);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Null(answer.Headers.RetryAfter);
    }

    [Fact(DisplayName = "A FAILED job is 200 too, byte for byte")]
    public async Task Failed()
    {
        var (provider, token) = await Client();
        var job = await Job(provider, "FAILED", At);

        var answer = (await registry.Send("GET", Path + job, token)).Succeeded();

        Assert.Equal(
            $$$"""{"data":{"eta":"2026-03-02T10:15:06.402Z","id":"{{{job}}}","links":[{"entity":"eHealth/composition","error":"1003: Can't cancel composition in non-FINAL state"}],"status":"FAILED","doneAt":"2026-03-02T10:15:06.402Z"}}""", answer.Text);
        Assert.Null(answer.Headers.RetryAfter);
    }

    public static TheoryData<string, string, int> Validations => new()
    {
        // rule, path and query, code; each row fails its own check and every later one
        { "2 query is broken; the id is no uuid", "not-a-uuid?a=%zz", 400 },
        { "2 query is broken; the job is unknown", $"{Guid.NewGuid()}?x=%", 400 },
        { "2 query is broken in the last character", $"{Guid.NewGuid()}?x=%2", 400 },
        { "3 the id is no uuid", "89678f60-4cdc-4fe3", 404 },
        { "3 the id is a uuid in braces", $"%7B{Guid.NewGuid()}%7D", 404 },
        { "4 the job is unknown; parameters are unknown and well encoded", $"{Guid.NewGuid()}?status=%D0%90&page=x", 404 },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string rule, string path, int status)
    {
        var (_, token) = await Client();

        var answer = await SendUnescaped(path, token);

        Assert.True(answer.Status == status, rule);
        if (status == 400)
            answer.IsMcRefusal(400, 400, "INVALID_REQUEST_FORMAT", "Invalid request format");
        else
            answer.IsMcRefusal(404, 404, "TASK_NOT_FOUND", "Task not found");
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
    }

    [Fact(DisplayName = "A broken query is refused for a job of one's own as well, and unknown parameters are ignored")]
    public async Task Query()
    {
        var (provider, token) = await Client();
        var job = await Job(provider, "DONE", At);

        (await SendUnescaped($"{job}?a=%G0", token)).IsMcRefusal(400, 400, "INVALID_REQUEST_FORMAT", "Invalid request format");
        (await SendUnescaped($"{job}?a=%20&b&=", token)).Succeeded();
    }

    [Fact(DisplayName = "A job of another client and an unknown one get the same answer in body and headers")]
    public async Task ForeignEqualsUnknown()
    {
        var (provider, _) = await Client();
        var (_, token) = await Client();
        var foreign = await Job(provider, "DONE", At);

        var answers = new[] { foreign, Guid.NewGuid() }.Select(
            id => registry.Send("GET", Path + id, token, null, ("X-Request-ID", "same")));
        var texts = (await Task.WhenAll(answers)).Select(answer => $"{answer.Status} {answer.Text} {answer.ContentHeaders} "
            + string.Join("; ", answer.Headers.Where(header => header.Key != "Date")
                .Select(header => $"{header.Key}={string.Join(",", header.Value)}"))).ToArray();

        Assert.StartsWith("404 {\"error\":{\"code\":404,\"name\":\"TASK_NOT_FOUND\",\"message\":\"Task not found\"}}", texts[0],
            StringComparison.Ordinal);
        Assert.Equal(texts[0], texts[1]);
    }

    [Fact(DisplayName = "A job of another client and an unknown one cause the same database work: statements, plan and pages, and no row is read")]
    public async Task ForeignCostsAsMuchAsUnknown()
    {
        const int samples = 100;
        var (provider, _) = await Client();
        var (client, token) = await Client();
        var foreign = await JobsOfEveryKind(provider, samples);
        await registry.Execute("ANALYZE async_jobs");
        var unknown = foreign.Select(_ => Guid.NewGuid()).ToArray();

        // The first request loads the token into the cache.
        await registry.Send("GET", Path + unknown[0], token);
        var statements = await StatementsOf(unknown[0], token);
        Assert.Contains("FROM async_jobs", Assert.Single(statements), StringComparison.Ordinal);
        Assert.Equal(statements, await StatementsOf(foreign[0], token));

        var plans = await Plans(foreign.Concat(unknown), client);
        Assert.Equal(2 * samples, plans.Count);
        var plan = Assert.Single(plans.Distinct());
        TestContext.Current.TestOutputHelper!.WriteLine(plan);
        Assert.StartsWith("Index Scan async_jobs_client_id_id_index, 0 rows, 0 rejected, ", plan, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Another user of the same client sees the job")]
    public async Task SameClient()
    {
        var (provider, _) = await Client();
        var job = await Job(provider, "DONE", At);

        (await registry.Send("GET", Path + job, await registry.Given.Token(provider, "composition:read"))).Succeeded();
    }

    [Fact(DisplayName = "HEAD has the same headers and no body")]
    public async Task Head()
    {
        var (provider, token) = await Client();
        var job = await Job(provider, "DONE", At);

        var answer = await registry.Send("HEAD", Path + job, token);

        Assert.Equal((200, ""), (answer.Status, answer.Text));
        Assert.Equal((await registry.Send("GET", Path + job, token)).ContentHeaders.ContentLength, answer.ContentHeaders.ContentLength);
    }

    [Theory(DisplayName = "Every other scope of the compositions is refused")]
    [InlineData("composition:create")]
    [InlineData("composition:sign composition:cancel composition:search composition:create employee_role:read")]
    public async Task Scope(string scope)
    {
        var provider = await registry.Given.Provider();

        (await registry.Send("GET", Path + Guid.NewGuid(), await registry.Given.Token(provider, scope)))
            .IsMcRefusal(403, 403, "FORBIDDEN", "Your scope does not allow to access this resource. Missing allowances: composition:read");
    }

    [Fact(DisplayName = "Every member of the answer is one the page names, in its order")]
    public void Members() =>
        Assert.Equal(["Eta", "Id", "Links", "Status", "DoneAt"], typeof(AsyncJob).GetProperties().Select(property => property.Name));

    /// <summary>Sends the path and query unchanged: an ordinary client would encode a stray % itself.</summary>
    private async Task<Answer> SendUnescaped(string path, Credential credential)
    {
        var raw = new Uri(registry.Url.AbsoluteUri.TrimEnd('/') + Path + path, new UriCreationOptions
        {
            DangerousDisablePathAndQueryCanonicalization = true,
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, raw) { Headers = { { "Authorization", $"Bearer {credential.Token}" } } };
        using var response = await registry.Http.SendAsync(request);
        return await Answer.Of(response);
    }

    private async Task<(Guid Provider, Credential Token)> Client()
    {
        var provider = await registry.Given.Provider();
        return (provider, await registry.Given.Token(provider, "composition:read"));
    }

    private async Task<Guid> Job(Guid client, string status, DateTime eta, Guid? composition = null)
    {
        var id = Guid.NewGuid();
        await registry.Execute("""
            INSERT INTO async_jobs (id, client_id, user_id, kind, status, eta, composition_id, request_hash, request_id, done_at, error_code, error_name, error_message)
            VALUES ($1, $2, gen_random_uuid(), 'CANCEL_COMPOSITION', $3, $4, $5, sha256($1::text::bytea), 'test', $6::timestamptz, $7::int, $8::text, $9::text)
            """, id, client, status, eta, composition ?? Guid.NewGuid(), status == "PENDING" ? null : eta,
            status == "FAILED" ? 1003 : null, status == "FAILED" ? "CANT_CANCEL_NONFINAL_COMPOSITION" : null,
            status == "FAILED" ? "Can't cancel composition in non-FINAL state" : null);
        return id;
    }

    /// <summary>Alternately PENDING, DONE and FAILED.</summary>
    private async Task<Guid[]> JobsOfEveryKind(Guid client, int count) => [.. (await registry.Rows("""
        INSERT INTO async_jobs (id, client_id, user_id, kind, status, eta, composition_id, request_hash, request_id, done_at, error_code, error_name, error_message)
        SELECT gen_random_uuid(), $1, gen_random_uuid(), 'SIGN_COMPOSITION', status, now(), gen_random_uuid(), sha256(n::text::bytea), 'test', CASE WHEN status <> 'PENDING' THEN now() END,
               CASE status WHEN 'FAILED' THEN 1810 END, CASE status WHEN 'FAILED' THEN 'NAME' END, CASE status WHEN 'FAILED' THEN 'Message' END
          FROM generate_series(1, $2::int) n, LATERAL (SELECT (ARRAY['PENDING', 'DONE', 'FAILED'])[n % 3 + 1] AS status) kind
        RETURNING id
        """, client, count)).Select(row => (Guid)row["id"]!)];

    /// <summary>The statements that the server executes to answer one request.</summary>
    private async Task<List<string>> StatementsOf(Guid job, Credential token)
    {
        var trace = ActivityTraceId.CreateRandom();
        var statements = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == "Npgsql" && activity.TraceId == trace)
                    statements.Enqueue((string)(activity.GetTagItem("db.query.text") ?? activity.GetTagItem("db.statement"))!);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var answer = await registry.Send("GET", Path + job, token, null, ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"));
        Assert.Equal(404, answer.Status);
        return [.. statements];
    }

    /// <summary>The plans of the server's statement once it is prepared.</summary>
    private async Task<List<string>> Plans(IEnumerable<Guid> jobs, Guid client)
    {
        await using var session = await registry.Database.OpenSession(TestContext.Current.CancellationToken);
        await Run($"SET plan_cache_mode = force_generic_plan; PREPARE find (uuid, uuid) AS {JobTable.FindSql}");
        var plans = new List<string>();
        foreach (var job in jobs)
        {
            var explained = await Run($"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE find ('{job}', '{client}')");
            using var plan = JsonDocument.Parse((string)explained!);
            var node = plan.RootElement[0].GetProperty("Plan");
            var pages = node.GetProperty("Shared Hit Blocks").GetInt32() + node.GetProperty("Shared Read Blocks").GetInt32();
            var rejected = node.TryGetProperty("Rows Removed by Filter", out var removed) ? removed.GetDouble() : 0;
            var rows = node.GetProperty("Actual Rows").GetDouble();
            plans.Add($"{node.GetProperty("Node Type")} {node.GetProperty("Index Name")}, {rows} rows, {rejected} rejected, {pages} pages");
        }
        return plans;

        async Task<object?> Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, session);
            return await command.ExecuteScalarAsync();
        }
    }

    private static string Text(DateTime at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
