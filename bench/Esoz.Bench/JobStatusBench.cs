using Esoz.Platform.Access;

namespace Esoz.Bench;

/// <summary>Requesting the status of jobs: token check, one point read, answer.</summary>
public static class JobStatusBench
{
    public static readonly Comparison Comparison = new("job-status",
        "GET /api/patients/composition/job/{asyncJobId} under wrk: token check, point read, answer",
        "a select of the same row by its key by pgbench -M prepared, same cluster",
        0.80, Prepare, Refill);

    private const int Jobs = 100_000;
    private static readonly Guid Provider = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000001");
    private static readonly Guid User = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000002");

    private static async Task<Subjects> Prepare(BenchInstallation installation)
    {
        await installation.Prepare($"""
            INSERT INTO async_jobs (id, client_id, user_id, kind, status, eta, composition_id, request_hash, request_id, done_at)
            SELECT {Rows.Id(8, "i")}, '{Provider}', '{User}', 'CREATE_COMPOSITION', 'DONE', now(), {Rows.Id(9, "i")}, sha256(i::text::bytea), 'bench', now()
              FROM generate_series(0, {Jobs - 1}) i;
            """);
        var registrar = new Registrar(installation.Database);
        await registrar.Register(new(Provider, "OUTPATIENT", null, null, "DIRECT", null), CancellationToken.None);
        var token = await registrar.IssueToken(Provider, User, "composition:read", TimeSpan.FromHours(1), CancellationToken.None);
        return new(
            $"""
            wrk.method = "GET"
            wrk.headers["Authorization"] = "Bearer {token}"
            request = function()
              return wrk.format(nil, string.format("/api/patients/composition/job/{Rows.Prefix(8)}%012x", math.random(0, {Jobs - 1})))
            end
            """,
            $"\\set i random(0, {Jobs - 1})\nSELECT status, eta, composition_id, error_code, error_name, error_message FROM async_jobs WHERE id = {Rows.Id(8, ":i")};",
            Sample: (url, number) => Subjects.Request(
                HttpMethod.Get, $"{url}/api/patients/composition/job/{Rows.Prefix(8)}{number:x12}", token!));
    }

    /// <summary>Reading consumes no data.</summary>
    private static Task Refill(BenchInstallation installation, int rows) => Task.CompletedTask;
}
