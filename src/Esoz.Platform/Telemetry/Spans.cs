using System.Diagnostics;

namespace Esoz.Platform.Telemetry;

/// <summary>
/// The application's spans and the names of attributes. Without a listener no span is created, and starting one costs only a comparison.
/// </summary>
public static class Spans
{
    public const string RequestId = "esoz.request_id";
    public const string MethodId = "esoz.method_id";
    public const string TaskType = "esoz.task_type";
    public const string JobId = "esoz.job_id";
    public const string Outcome = "esoz.outcome";
    public const string Bucket = "esoz.bucket";

    internal static readonly ActivitySource Source = new("Esoz");

    /// <summary>A run of background work; null when it is not traced.</summary>
    /// <param name="type">Type of the task; name of the span.</param>
    /// <param name="requests">Spans of the requests that created it, to be linked to.</param>
    public static Activity? StartTask(string type, params IEnumerable<string?> requests) => !Source.HasListeners() ? null
        : Source.StartActivity(ActivityKind.Consumer, links: [.. requests.Select(LinkTo).OfType<ActivityLink>()], name: type)
            ?.SetTag(TaskType, type);

    /// <summary>The span of the request that is being answered, if it is traced.</summary>
    internal static string? Traceparent => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } span ? span.Id : null;

    /// <summary>An operation of the object store; null when it is not traced.</summary>
    public static Activity? StartStore(string operation, string bucket) =>
        Source.StartActivity($"{operation} {bucket}")?.SetTag(Bucket, bucket);

    /// <summary>What a request waits for while a statement reads for it and for others; null when it is not traced.</summary>
    public static Activity? StartShared() => Source.StartActivity("SELECT together", ActivityKind.Client);

    private static ActivityLink? LinkTo(string? traceparent) =>
        ActivityContext.TryParse(traceparent, null, isRemote: true, out var request) ? new ActivityLink(request) : null;

    /// <summary>Marks the span as failed. The message of the fault may contain data values and is left out.</summary>
    public static void Fail(this Activity? span, Exception fault) =>
        span?.SetTag("error.type", fault.GetType().FullName).SetStatus(ActivityStatusCode.Error);
}
