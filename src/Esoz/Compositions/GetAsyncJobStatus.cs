using System.Globalization;
using Esoz.Platform.Jobs;

namespace Esoz.Compositions;

/// <summary>API-006-001-001-0209 getAsyncJobStatus (compositions §3).</summary>
public static class GetAsyncJobStatus
{
    private static readonly Refusal TaskNotFound = Refusal.NotFound("Task not found") with { Code = new(404, "TASK_NOT_FOUND") };

    private static readonly Validation QueryIsWellFormed = new(
        "2", "query string has valid percent-encoding (unknown parameters are ignored)",
        new Refusal(RefusalKind.Malformed));

    private static readonly Validation IdIsUuid = new("3", "asyncJobId is a uuid", TaskNotFound);

    private static readonly Validation JobIsOwn = new("4", "the job exists (not purged) and was started by the client of the token",
        TaskNotFound);

    public static readonly MethodCard Card = new("API-006-001-001-0209", "getAsyncJobStatus",
        "GET", "/api/patients/composition/job/{asyncJobId}", Family.Mc, "composition:read")
    {
        Purpose = "Returns the state of an asynchronous job that creating, signing or cancelling a composition has scheduled",
        Handle = Handle,
        TellsOfChanges = true,
        HasPersonalData = false,
        Validations = [QueryIsWellFormed, IdIsUuid, JobIsOwn],
        Answer = typeof(AsyncJob),
    };

    public static async Task<Reply> Handle(
        Caller caller, PathId asyncJobId, HttpContext http, PostgresDatabase database, JobOptions options, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";

        if (!PercentEncoding.IsWellFormed(http.Request.QueryString.Value))
            return QueryIsWellFormed;

        if (asyncJobId.Value is not { } id)
            return IdIsUuid;

        if (await JobTable.Find(database, id, caller.ClientId, ct) is not { } job)
            return JobIsOwn;

        switch (job.Status)
        {
            case JobStatus.Done:
                return Reply.Data(AsyncJob.Done(id, job.Eta, job.ResourceId!.Value));
            case JobStatus.Failed:
                return Reply.Data(AsyncJob.Failed(id, job.Eta, job.Error!));
            default:
                // An estimate in the past is replaced by a new one.
                var eta = job.Eta > job.Now ? job.Eta : job.Now + options.EtaEstimate;
                http.Response.Headers.RetryAfter = ((int)Math.Ceiling((eta - job.Now).TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                return Reply.Data(AsyncJob.Pending(id, eta));
        }
    }
}
