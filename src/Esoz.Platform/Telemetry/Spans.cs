using System.Diagnostics;

namespace Esoz.Platform.Telemetry;

/// <summary>Our own spans and the names of attributes. While nobody listens none is made, and starting one costs a comparison.</summary>
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
    /// <param name="type">Names the span.</param>
    public static Activity? StartTask(string type) => Source.StartActivity(type, ActivityKind.Consumer)?.SetTag(TaskType, type);

    /// <summary>An operation of the object store; null when it is not traced.</summary>
    public static Activity? StartStore(string operation, string bucket) =>
        Source.StartActivity($"{operation} {bucket}")?.SetTag(Bucket, bucket);

    /// <summary>The span ends as failed. The text of the fault may quote values and is left out.</summary>
    public static void Fail(this Activity? span, Exception fault) =>
        span?.SetTag("error.type", fault.GetType().FullName).SetStatus(ActivityStatusCode.Error);
}
