using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace Esoz.Platform.Telemetry;

/// <summary>
/// Exports only span attributes that are known to contain no personal data. All other attributes that a library adds, now or in a later
/// version, are removed: paths, queries, headers, statements, hosts, users and error messages.
/// </summary>
internal sealed class SpanPrivacy : BaseProcessor<Activity>
{
    private static readonly FrozenSet<string> Allowed = FrozenSet.Create(
        Spans.RequestId, Spans.MethodId, Spans.TaskType, Spans.JobId, Spans.Outcome, Spans.Bucket,
        "http.request.method", "http.route", "http.response.status_code",
        "db.system.name", "db.operation.name", "db.response.status_code", "db.npgsql.data_source", "db.npgsql.rows", "db.npgsql.prepared",
        "error.type");

    /// <summary>
    /// Message and stack trace of an exception may contain data values. An event cannot be changed later, so they are replaced when it is
    /// created.
    /// </summary>
    private readonly ActivityListener _faults = new()
    {
        ShouldListenTo = source => source.Name is TraceExport.Requests or TraceExport.Calls or TraceExport.Statements,
        ExceptionRecorder = (Activity _, Exception _, ref TagList tags) =>
        {
            tags.Add("exception.message", "");
            tags.Add("exception.stacktrace", "");
        },
    };

    public SpanPrivacy() => ActivitySource.AddActivityListener(_faults);

    public override void OnEnd(Activity data)
    {
        List<string>? hidden = null;
        foreach (ref readonly var tag in data.EnumerateTagObjects())
        {
            if (!Allowed.Contains(tag.Key))
                (hidden ??= []).Add(tag.Key);
        }
        foreach (var name in hidden ?? [])
            data.SetTag(name, null);
        if (data.Status == ActivityStatusCode.Error)
            data.SetStatus(ActivityStatusCode.Error);
        // Probes and similar requests, which have no request id, are not exported.
        if (data.Source.Name == TraceExport.Requests && data.GetTagItem(Spans.RequestId) is null)
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }

    protected override void Dispose(bool disposing)
    {
        _faults.Dispose();
        base.Dispose(disposing);
    }
}
