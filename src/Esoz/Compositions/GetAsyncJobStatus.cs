using System.Globalization;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Jobs;

namespace Esoz.Compositions;

/// <summary>API-006-001-001-0209 getAsyncJobStatus (compositions §3).</summary>
public static class GetAsyncJobStatus
{
    private static readonly Validation QueryIsWellFormed = new("2", "query string has valid percent-encoding (unknown parameters are ignored)",
        new Refusal(RefusalKind.Malformed));

    private static readonly Validation IdIsUuid = new("3", "asyncJobId is a uuid", CompositionErrors.TaskNotFound);

    private static readonly Validation JobIsOwn = new("4", "the job exists (not purged) and was started by the client of the token", CompositionErrors.TaskNotFound);

    public static readonly MethodCard Card = new("API-006-001-001-0209", "getAsyncJobStatus",
        "GET", "/api/patients/composition/job/{asyncJobId}", Family.Mc, "composition:read")
    {
        Purpose = "Returns the state of an asynchronous job that creating, signing or cancelling a composition has scheduled",
        Handle = Handle,
        Validations = [QueryIsWellFormed, IdIsUuid, JobIsOwn],
        Answer = typeof(AsyncJob),
    };

    public static async Task<Reply> Handle(Caller caller, PathId asyncJobId, HttpContext http, PostgresDatabase database, JobOptions options, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";

        if (!PercentEncoding.IsWellFormed(http.Request.QueryString.Value))
            return QueryIsWellFormed;

        if (asyncJobId.Value is not { } id)
            return IdIsUuid;

        await using var command = database.Command(Sql, id, caller.ClientId);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
            return JobIsOwn;

        switch (row.GetString(0))
        {
            case "DONE":
                return Reply.Data(AsyncJob.Done(id, row.GetDateTime(1), row.GetGuid(3)));
            case "FAILED":
                return Reply.Data(AsyncJob.Failed(id, row.GetDateTime(1), row.GetInt32(4), row.GetString(5), row.GetString(6)));
            default:
                var (eta, now) = (row.GetDateTime(1), row.GetDateTime(2));
                // An estimate that has passed is answered as a fresh one.
                if (eta <= now)
                    eta = now + options.EtaEstimate;
                http.Response.Headers.RetryAfter = ((int)Math.Ceiling((eta - now).TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                return Reply.Data(AsyncJob.Pending(id, eta));
        }
    }

    /// <summary>One read by the key. All instants, the present one too, are the database's.</summary>
    private const string Sql = """
        SELECT status, eta, now(), composition_id, error_code, error_name, error_message
          FROM async_jobs
         WHERE id = $1 AND client_id = $2
        """;
}
