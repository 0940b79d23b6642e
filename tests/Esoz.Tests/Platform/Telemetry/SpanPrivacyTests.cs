using System.Collections.Concurrent;
using System.Diagnostics;
using Esoz.Platform.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Esoz.Tests.Platform.Telemetry;

/// <summary>What is exported of a span, whatever library created it.</summary>
public sealed class SpanPrivacyTests
{
    [Fact(DisplayName = "A call to an S3 store shows verb and status, not host, path or query")]
    public async Task Calls()
    {
        await using var store = await OtlpReceiver.Start();
        using var own = new ActivitySource("tests");
        var ended = new ConcurrentQueue<Activity>();
        using (Traces(ended, "tests", TraceExport.Calls))
        {
            using var root = own.StartActivity("root");
            using var http = new HttpClient();
            await http.GetAsync($"{store.Url}/compositions/3126509816?X-Amz-Signature=abc", TestContext.Current.CancellationToken);

            var call = Assert.Single(ended, span => span.TraceId == root!.TraceId);
            Assert.Equal(["http.request.method", "http.response.status_code"], call.TagObjects.Select(tag => tag.Key).Order());
        }
    }

    [Fact(DisplayName = "A failed statement shows its SQLSTATE, not the text of the error")]
    public void Faults()
    {
        using var driver = new ActivitySource(TraceExport.Statements);
        var ended = new ConcurrentQueue<Activity>();
        using var traces = Traces(ended, driver.Name);

        var statement = driver.StartActivity("INSERT", ActivityKind.Client)!
            .SetTag("db.query.text", "INSERT").SetTag("db.response.status_code", "23505");
        statement.AddException(new InvalidOperationException("Key (tax_id)=(3126509816) already exists."));
        statement.SetStatus(ActivityStatusCode.Error, "3126509816");
        statement.Dispose();

        var span = Assert.Single(ended, span => span == statement);
        Assert.Equal([new("db.response.status_code", "23505")], span.TagObjects);
        Assert.Equal((ActivityStatusCode.Error, null), (span.Status, span.StatusDescription));
        Assert.DoesNotContain(Assert.Single(span.Events).Tags, tag => $"{tag.Value}".Contains("3126509816", StringComparison.Ordinal));
    }

    private static TracerProvider Traces(ConcurrentQueue<Activity> ended, params string[] sources) => Sdk.CreateTracerProviderBuilder()
        .AddSource(sources).AddProcessor(new SpanPrivacy()).AddProcessor(new Collecting(ended)).Build();

    private sealed class Collecting(ConcurrentQueue<Activity> ended) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => ended.Enqueue(data);
    }
}
