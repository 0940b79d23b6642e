using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Esoz.Tests.Cli;
using Esoz.Tests.Compositions;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Platform.Telemetry.Alerts;

/// <summary>
/// Alerts of deploy/prometheus fire at a real Prometheus when their cause is there, and end when docs/runbooks.md is followed.
/// <see cref="AlertsSoakTests"/> has others; those of full disks, clocks and versions are shown by the tests of the rules alone.
/// </summary>
public sealed class AlertsTests : IAsyncLifetime
{
    /// <summary>Of its own, because it is killed.</summary>
    private readonly TestCluster _cluster = new();
    private readonly HttpClient _http = new();
    private readonly Registry _registry;

    public AlertsTests() => _registry = new(_cluster);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Dictionary<string, string> Settings =>
        EsozProcess.Production(_registry.ConnectionString, _registry.DataDirectory);

    public async ValueTask InitializeAsync()
    {
        Prometheus.Program();
        await _registry.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _registry.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact(DisplayName = "A stuck queue, tasks given up, late snapshots, a defect, a journal that refuses, a client over its limit, "
        + "a database that is away, a node that ended: each alert fires, and ends when its runbook is followed")]
    public async Task FireAndEnd()
    {
        var probes = FreeUrl();
        var settings = new Dictionary<string, string>(Settings) { ["ESOZ_PROBE_URLS"] = probes, ["RATE_LIMIT_IL_MIS_SECOND"] = "1" };
        var composition = await CompositionCase.Disability(_registry);
        var waits = await Job(composition);
        var dead = await Job(await CompositionCase.Disability(_registry));
        var token = (await _registry.Given.Token(await _registry.Given.Provider(), "employee:read employee_role:write")).Token!;
        var node = await ServerProcess.Serve(settings, "--roles", "api,scheduler");
        await using var prometheus = await Prometheus.Start(new Uri(probes));

        // Nobody works on the queue.
        await _registry.Execute("UPDATE background_tasks SET run_at = now() - interval '1 hour' WHERE job_id = $1", waits);
        await GiveUp(dead);
        await Eventually.Holds(async () =>
            await _registry.Scalar<long>("SELECT count(*) FROM bulk_generations WHERE state = 'READY'") == 8, () => node.Errors);
        await _registry.Execute(
            "UPDATE bulk_generations SET started_at = started_at - interval '3 days' WHERE state = 'READY' AND resource = 'employees'");
        await _registry.Execute("NOTIFY bulk_generations");
        await _registry.Execute("ALTER TABLE employee_roles RENAME TO mislaid");
        await using (var ended = new Repetition(() => Ask(node, token, "PATCH", $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate")))
            await prometheus.Fires("EsozQueueStuck", "EsozTasksGivenUp", "EsozSnapshotLate", "EsozFaults", "EsozClientLimited", "EsozNoTrustAnchor");
        await _registry.Execute("ALTER TABLE mislaid RENAME TO employee_roles");
        await _registry.Execute("ALTER TABLE access_journal RENAME TO mislaid");
        await using (var ended = new Repetition(() => Ask(node, token, "GET", "/api/employees")))
            await prometheus.Fires("EsozJournalRefuses", "EsozUnavailable");

        await _registry.Execute("ALTER TABLE mislaid RENAME TO access_journal");
        await Done("job", "retry", $"{dead}");
        await Done("snapshot", "run", "employees");
        using (var worker = await ServerProcess.Serve(Settings, "--roles", "worker"))
            await prometheus.Resolves("EsozQueueStuck", "EsozTasksGivenUp", "EsozSnapshotLate", "EsozFaults", "EsozClientLimited",
                "EsozJournalRefuses", "EsozUnavailable");

        await _cluster.Kill();
        await prometheus.Fires("EsozNodeNotReady");
        await _cluster.Restart();
        await prometheus.Resolves("EsozNodeNotReady");

        await node.Kill();
        node.Dispose();
        await prometheus.Fires("EsozNodeDown", "EsozNoScheduler");
        using var again = await ServerProcess.Serve(settings, "--roles", "api,scheduler");
        await prometheus.Resolves("EsozNodeDown", "EsozNoScheduler");
    }

    private static async Task<Guid> Job(CompositionCase given) => (await given.Create()).Succeeded().Data.GetProperty("id").GetGuid();

    /// <summary>As a worker does after the last attempt.</summary>
    private async Task GiveUp(Guid job)
    {
        await _registry.Execute(
            "UPDATE background_tasks SET status = 'DEAD', attempts = 5, last_error = 'NpgsqlException' WHERE job_id = $1", job);
        await _registry.Execute("""
            UPDATE async_jobs SET status = 'FAILED', error_code = 500, error_name = 'SUBORDINATE_SERVICE_ERROR',
                   error_message = 'Subordinate service error', done_at = now()
             WHERE id = $1
            """, job);
    }

    private async Task Ask(ServerProcess node, string token, string verb, string path)
    {
        using var request = new HttpRequestMessage(new(verb), new Uri(node.Url, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request, Ct);
    }

    private async Task Done(params string[] arguments)
    {
        var (exit, output, errors) = await EsozProgram.Run(Settings, arguments);
        Assert.True(exit == 0, output + errors);
    }

    internal static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return string.Create(CultureInfo.InvariantCulture, $"http://{listener.LocalEndpoint}");
    }
}
