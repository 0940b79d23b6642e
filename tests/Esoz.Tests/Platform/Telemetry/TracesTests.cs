using System.Text;
using Esoz.Tests.Compositions;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Platform.Telemetry;

/// <summary>
/// What a program in its own process sends to an OTLP receiver: the spans that an operator needs, without personal data and without
/// credentials.
/// </summary>
public sealed class TracesTests(Registry registry) : IClassFixture<Registry>
{
    private const string TaxId = "3126509816";
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Requests, tasks, schedules, statements, objects are connected spans; nothing secret or personal is in any byte")]
    public async Task Spans()
    {
        var composition = await CompositionCase.Disability(registry);
        var job = (await composition.Create()).Succeeded().Data.GetProperty("id").GetGuid();
        var token = await registry.Given.Token(await registry.Given.Provider(), "employee_role:write employee:read");
        var key = await registry.Given.ApiKey("PIS", "employee_bulk:read_pis");
        var role = Guid.NewGuid();
        await using var receiver = await OtlpReceiver.Start();
        using var server = await Serve(receiver, "http/protobuf", "all");
        using var http = new HttpClient { BaseAddress = server.Url };
        Assert.Equal("DONE", (await composition.Ended(job)).Data.GetProperty("status").GetString());

        await Send("PATCH", $"/api/employee_roles/{role}/actions/deactivate", "trace-1");
        await Send("GET", $"/api/employees?tax_id={TaxId}", "trace-2");
        await Send("GET", $"/api/nothing/{TaxId}", "trace-3");
        await Send("GET", "/healthz/ready", "trace-4");
        await Send("GET", "/metrics", "trace-5");
        await Send("GET", "/openapi.json", "trace-6");
        await Eventually.Holds(async () => await Send("GET", "/api/pis/bulk/employees", "trace-7") == 200, () => server.Errors);
        server.Signal(ServerProcess.Terminate);
        await server.EndsWell();

        var spans = receiver.Spans;
        var request = spans.Single(span => span["esoz.request_id"] == "trace-1");
        Assert.Equal("PATCH /api/employee_roles/{id}/actions/deactivate", request.Name);
        Assert.Equal(new Dictionary<string, string>
        {
            ["esoz.request_id"] = "trace-1",
            ["esoz.method_id"] = "API-005-007-004-0127",
            ["http.request.method"] = "PATCH",
            ["http.route"] = "/api/employee_roles/{id}/actions/deactivate",
            ["http.response.status_code"] = "404",
        }, request.Attributes.OrderBy(it => it.Key).ToDictionary());
        Assert.Equal((Trace, "00f067aa0ba902b7"), (request.Trace, request.Parent));
        Assert.Contains(spans, span =>
            span.Parent == request.Id && span["db.system.name"] == "postgresql" && span["db.npgsql.data_source"] == "esoz");
        var unknown = spans.Single(span => span["esoz.request_id"] == "trace-3");
        Assert.Equal(("unknown", "unknown", "404"), (unknown.Name, unknown["esoz.method_id"], unknown["http.response.status_code"]));
        Assert.DoesNotContain(spans, span => span["esoz.request_id"] is "trace-4" or "trace-5" or "trace-6");

        var task = spans.Single(span => span["esoz.job_id"] == job.ToString());
        Assert.Equal(("CREATE_COMPOSITION", "CREATE_COMPOSITION", "done", ""),
            (task.Name, task["esoz.task_type"], task["esoz.outcome"], task.Parent));
        Assert.Equal(await registry.Scalar<string>("SELECT request_id FROM async_jobs WHERE id = $1", job), task["esoz.request_id"]);
        Assert.Contains(spans, span => span.Parent == task.Id && span["db.system.name"] == "postgresql");

        var schedule = spans.Single(span => span["esoz.task_type"] == "bulk snapshots");
        Assert.Contains(spans, span =>
            span.Trace == schedule.Trace && span.Name == "write bulk-actions" && span["esoz.bucket"] == "bulk-actions");
        var download = spans.Last(span => span["esoz.request_id"] == "trace-7");
        Assert.Contains(spans, span => span.Parent == download.Id && span.Name == "open bulk-actions");

        var ids = spans.Select(span => span.Id).Append("00f067aa0ba902b7").Append("").ToHashSet();
        Assert.DoesNotContain(spans, span => !ids.Contains(span.Parent));
        // The program's own polling of the queue is in no trace.
        Assert.DoesNotContain(spans, span => span.Parent.Length == 0 && span["esoz.request_id"] is null && span["esoz.task_type"] is null);
        Assert.Contains(new("service.name", "esoz"), receiver.Resource);
        Assert.All(receiver.Authorization, header => Assert.Equal("Bearer collector", header));
        Assert.All(receiver.Paths, path => Assert.Equal("/v1/traces", path));

        string[] secrets =
        [
            token.Token!, key, TaxId, role.ToString(), composition.Subject.ToString(), "Host=", "Username=", registry.DataDirectory,
            "/postgres/run", "SELECT ", "secret-agent", "vendor", "127.0.0.1", .. await Texts("SELECT tax_id FROM parties"),
            .. await Texts("SELECT last_name FROM parties"), .. await Texts("SELECT value_hash FROM tokens"),
        ];
        var bytes = receiver.Bytes;
        Assert.DoesNotContain(secrets, secret => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0);

        async Task<int> Send(string verb, string path, string id)
        {
            using var request = new HttpRequestMessage(new HttpMethod(verb), path);
            request.Headers.Add("X-Request-ID", id);
            request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-00");
            request.Headers.Add("tracestate", $"vendor={TaxId}");
            request.Headers.Add("baggage", $"patient={TaxId}");
            request.Headers.Add("User-Agent", "secret-agent");
            request.Headers.Add("Authorization", $"Bearer {token.Token}");
            request.Headers.Add("api-key", key);
            using var answer = await http.SendAsync(request, Ct);
            await answer.Content.ReadAsByteArrayAsync(Ct);
            return (int)answer.StatusCode;
        }
    }

    [Fact(DisplayName = "A task is linked to the request that created it, whose trace begins with the caller's, and is traced whenever that is")]
    public async Task Linked()
    {
        var composition = await CompositionCase.Disability(registry);
        await using var receiver = await OtlpReceiver.Start();
        // One trace of two, decided by its id; the task has a trace of its own.
        using var server = await Serve(receiver, "http/protobuf", "api,worker", share: "0.5");
        using var http = new HttpClient { BaseAddress = server.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, CompositionCase.Path);
        request.Headers.Add("Authorization", $"Bearer {composition.Credential.Token}");
        request.Headers.Add("traceparent", "00-00000000000000010000000000000001-00f067aa0ba902b7-00");
        request.Content = new StringContent(composition.Body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, Ct);
        var job = (await Answer.Of(answer)).Succeeded().Data.GetProperty("id").GetGuid();
        await composition.Ended(job);
        server.Signal(ServerProcess.Terminate);
        await server.EndsWell();

        var created = receiver.Spans.Single(span => span["esoz.method_id"] is not null and not "unknown");
        var task = receiver.Spans.Single(span => span["esoz.job_id"] == job.ToString());
        Assert.Equal("00000000000000010000000000000001", created.Trace);
        Assert.Equal([(created.Trace, created.Id)], task.Links);
        Assert.NotEqual(created.Trace, task.Trace);
        Assert.Equal($"00-{created.Trace}-{created.Id}-01",
            await registry.Scalar<string>("SELECT traceparent FROM background_tasks WHERE job_id = $1", job));
    }

    [Fact(DisplayName = "The same over gRPC; with a ratio of zero nothing is sent, whatever the caller's traceparent")]
    public async Task Grpc()
    {
        await using var receiver = await OtlpReceiver.Start(grpc: true);
        using (var server = await Serve(receiver, "grpc", "api"))
            await AskAndStop(server);
        Assert.Contains(receiver.Spans, span => span["esoz.method_id"] == "unknown");
        Assert.All(receiver.Paths, path => Assert.Equal("/opentelemetry.proto.collector.trace.v1.TraceService/Export", path));

        await using var idle = await OtlpReceiver.Start();
        using (var server = await Serve(idle, "http/protobuf", "api", share: "0"))
            await AskAndStop(server);
        Assert.Empty(idle.Spans);
    }

    [Fact(DisplayName = "A receiver that does not answer is logged, and delays neither requests nor the shutdown")]
    public async Task Unreachable()
    {
        await using var receiver = await OtlpReceiver.Start();
        var url = receiver.Url;
        await receiver.DisposeAsync();
        using var server = await Serve(url, "http/protobuf", "api", "1");

        await AskAndStop(server);

        Assert.Contains("Telemetry: ", server.Errors, StringComparison.Ordinal);
    }

    private static async Task AskAndStop(ServerProcess server)
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/nothing");
        request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        using var answer = await http.SendAsync(request, Ct);
        Assert.Equal(404, (int)answer.StatusCode);
        server.Signal(ServerProcess.Terminate);
        await server.EndsWell();
    }

    private Task<ServerProcess> Serve(OtlpReceiver receiver, string protocol, string roles, string share = "1") =>
        Serve(receiver.Url, protocol, roles, share);

    private Task<ServerProcess> Serve(string url, string protocol, string roles, string share) =>
        ServerProcess.Serve(new Dictionary<string, string>(EsozProcess.Production(registry.ConnectionString, registry.DataDirectory))
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Bearer collector",
            ["OTEL_TRACES_SAMPLER_ARG"] = share,
        }, "--roles", roles);

    private async Task<IEnumerable<string>> Texts(string sql) =>
        (await registry.Rows(sql)).SelectMany(row => row.Values).OfType<string>().Where(text => text.Length > 0).Distinct();
}
