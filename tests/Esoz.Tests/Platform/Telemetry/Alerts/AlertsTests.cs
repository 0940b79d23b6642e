using Esoz.Platform.Reconciling;
using Esoz.Tests.Compositions;
using Esoz.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.Platform.Telemetry.Alerts;

/// <summary>
/// Alerts of deploy/prometheus fire at a real Prometheus when their cause is there, and end when docs/runbooks.md is followed.
/// <see cref="AlertsSoakTests"/> has others; those of full disks, clocks and versions are shown by the tests of the rules alone.
/// </summary>
public sealed class AlertsTests : WatchedRegistry
{
    [Fact(DisplayName = "A stuck queue, tasks given up, late snapshots, objects that are lost, a defect, a journal that refuses, a client over its limit, "
        + "a node that ended, a database that is away: each alert fires, and ends when its runbook is followed")]
    public async Task FireAndEnd()
    {
        string[] ending =
        [
            "EsozQueueStuck", "EsozTasksGivenUp", "EsozSnapshotLate", "EsozObjectsDiffer", "EsozFaults", "EsozClientLimited",
            "EsozJournalRefuses", "EsozUnavailable", "EsozNodeDown", "EsozNoScheduler",
        ];
        var ofScheduler = new Dictionary<string, string>(Settings) { ["ESOZ_PROBE_URLS"] = FreeUrl() };
        var waits = await Job(await CompositionCase.Disability(Registry));
        var dead = await Job(await CompositionCase.Disability(Registry));
        var (writes, reads) = (await Token("employee_role:write"), await Token("employee:read"));
        await using var node = await OtherNode.Start(
            new Dictionary<string, string>(Settings) { ["RATE_LIMIT_IL_MIS_SECOND"] = "5" }, Roles.Api);
        var scheduler = await ServerProcess.Serve(ofScheduler, "--roles", "scheduler");
        await using var prometheus = await Prometheus.Start(new(Probes), new(ofScheduler["ESOZ_PROBE_URLS"]));
        await Eventually.Holds(async () =>
            await Registry.Scalar<long>("SELECT count(*) FROM bulk_generations WHERE state = 'READY'") == 8, () => scheduler.Errors);

        // Nobody works on the queue, nor on anything else by the clock.
        await scheduler.Kill();
        scheduler.Dispose();
        await Registry.Execute("UPDATE background_tasks SET run_at = now() - interval '1 hour' WHERE job_id = $1", waits);
        await GiveUp(dead);
        await Registry.Execute(
            "UPDATE bulk_generations SET started_at = started_at - interval '3 days' WHERE state = 'READY' AND resource = 'employees'");
        await Registry.Execute("NOTIFY bulk_generations");
        var look = node.Services.GetRequiredService<StorageLook>();
        var (objects, away) = (ObjectsOf("divisions"), Path.Combine(Registry.DataDirectory, "away"));
        Directory.Move(objects, away);
        await look.Run(Ct);
        await Registry.Execute("ALTER TABLE employee_roles RENAME TO mislaid");
        await Registry.Execute("ALTER TABLE access_journal RENAME TO mislaid_too");
        await using (var faults = new Repetition(
            () => Ask(node.Url, writes, "PATCH", $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate")))
        await using (var unrecorded = new Repetition(() => Ask(node.Url, reads, "GET", "/api/employees")))
            await prometheus.Fires([.. ending, "EsozNoTrustAnchor"]);

        await Registry.Execute("ALTER TABLE mislaid RENAME TO employee_roles");
        await Registry.Execute("ALTER TABLE mislaid_too RENAME TO access_journal");
        await Done(Settings, "job", "retry", $"{dead}");
        await Done(Settings, "snapshot", "run", "employees");
        Directory.Move(away, objects);
        await look.Run(Ct);

        await Cluster.Kill();
        await prometheus.Fires("EsozNodeNotReady");
        await Cluster.Restart();
        using var again = await ServerProcess.Serve(ofScheduler, "--roles", "scheduler,worker");
        await prometheus.Resolves([.. ending, "EsozNodeNotReady"]);
    }

    private async Task<Credential> Token(string scope) => await Registry.Given.Token(await Registry.Given.Provider(), scope);

    private static async Task<Guid> Job(CompositionCase given) => (await given.Create()).Succeeded().Data.GetProperty("id").GetGuid();

    /// <summary>As a worker does after the last attempt.</summary>
    private async Task GiveUp(Guid job)
    {
        await Registry.Execute(
            "UPDATE background_tasks SET status = 'DEAD', attempts = 5, last_error = 'NpgsqlException' WHERE job_id = $1", job);
        await Registry.Execute("""
            UPDATE async_jobs SET status = 'FAILED', error_code = 500, error_name = 'SUBORDINATE_SERVICE_ERROR',
                   error_message = 'Subordinate service error', done_at = now()
             WHERE id = $1
            """, job);
    }

    /// <summary>The directory of the embedded store that has the snapshots of a resource.</summary>
    private string ObjectsOf(string resource) =>
        Directory.EnumerateDirectories(Esoz.Settings.Read(Settings).Storage.Root, resource, SearchOption.AllDirectories).Single();
}
