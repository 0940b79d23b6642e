using System.Text.Json;
using Esoz.Tests.Compositions;

namespace Esoz.Tests.Cli.Commands;

/// <summary><c>job list</c>, <c>show</c> and <c>retry</c>, each in its own process, for jobs that no worker processes.</summary>
public sealed class JobCommandTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "list and show print job and task as a table, as lines and as JSON, without personal data")]
    public async Task ListsAndShows()
    {
        var (given, job) = await Job();

        var table = await Done("job", "list");
        Assert.Matches(
            $@"^ *task +type +status +attempts +queued at +job +job status +error\n(.*\n)* *\d+ +CREATE_COMPOSITION +QUEUED +0 +\S+Z +{job} +PENDING\n", table);
        Assert.DoesNotContain($"{job}", await Done("job", "list", "--status", "DEAD"), StringComparison.Ordinal);
        var listed = JsonElement.Parse(await Done("job", "list", "--status", "PENDING", "--limit", "1", "--json"))
            .EnumerateArray().Single();
        Assert.Equal(
            ("CREATE_COMPOSITION", "QUEUED", 0, "PENDING"),
            (listed.GetProperty("type").GetString(), listed.GetProperty("status").GetString(), listed.GetProperty("attempts").GetInt32(),
                listed.GetProperty("job_status").GetString()));

        var lines = await Done("job", "show", $"{job}");
        Assert.Contains($"job         {job}\n", lines, StringComparison.Ordinal);
        Assert.Contains("status      QUEUED\n", lines, StringComparison.Ordinal);
        var task = await registry.Scalar<long>("SELECT id FROM background_tasks WHERE job_id = $1", job);
        Assert.Equal(lines, await Done("job", "show", $"{task}"));
        var shown = await Done("job", "show", $"{task}", "--json");
        Assert.Equal(job, JsonElement.Parse(shown)[0].GetProperty("job").GetGuid());
        foreach (var text in new[] { table, lines, shown })
            Assert.DoesNotContain($"{given.Subject}", text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "retry sets the job of a DEAD task to PENDING; no other task, and not while an equal request is PENDING")]
    public async Task Retries()
    {
        var (given, job) = await Job();
        await Fails($"There is no DEAD task {job}.", "job", "retry", $"{job}");

        await GiveUp(job);
        Assert.Contains("500 SUBORDINATE_SERVICE_ERROR: Subordinate service error", await Done("job", "list", "--status", "DEAD"),
            StringComparison.Ordinal);
        await Done("job", "retry", $"{job}");
        var row = Assert.Single(
            await registry.Rows(
                "SELECT task.status, task.attempts, job.status AS job, job.error_code, job.done_at FROM background_tasks task JOIN async_jobs job ON job.id = task.job_id WHERE job.id = $1", job));
        Assert.Equal(["QUEUED", 0, "PENDING", null, null], row.Values);

        await GiveUp(job);
        (await given.Create()).Succeeded();
        await Fails("The client has already sent the same request again, and that job is PENDING: nothing to retry.", "job",
            "retry", $"{job}");
    }

    [Fact(DisplayName = "An unknown job ends with exit code 1, an unknown status with 2")]
    public async Task Unknown()
    {
        var id = Guid.NewGuid();
        await Fails($"There is no job or task {id}; ended ones are kept for JOB_TTL_DAYS.", "job", "show", $"{id}");
        await Fails("There is no DEAD task nothing.", "job", "retry", "nothing");
        Assert.Equal(2, (await Run("job", "list", "--status", "LOST")).Exit);
    }

    private async Task<(CompositionCase Given, Guid Job)> Job()
    {
        var given = await CompositionCase.Disability(registry);
        return (given, (await given.Create()).Succeeded().Data.GetProperty("id").GetGuid());
    }

    /// <summary>As a worker does after the last attempt.</summary>
    private async Task GiveUp(Guid job)
    {
        await registry.Execute(
            "UPDATE background_tasks SET status = 'DEAD', attempts = 5, last_error = 'NpgsqlException' WHERE job_id = $1", job);
        await registry.Execute("""
            UPDATE async_jobs SET status = 'FAILED', error_code = 500, error_name = 'SUBORDINATE_SERVICE_ERROR', error_message = 'Subordinate service error', done_at = now()
             WHERE id = $1
            """, job);
    }

    private async Task<string> Done(params string[] arguments)
    {
        var (exit, output, errors) = await Run(arguments);
        Assert.True(exit == 0, errors);
        return output;
    }

    private async Task Fails(string error, params string[] arguments)
    {
        var (exit, output, errors) = await Run(arguments);
        Assert.Equal((1, ""), (exit, output));
        Assert.StartsWith(error, errors, StringComparison.Ordinal);
    }

    private Task<(int Exit, string Output, string Errors)> Run(params string[] arguments) =>
        EsozProgram.Run(
            new Dictionary<string, string>
            {
                ["ESOZ_DATABASE"] = registry.ConnectionString,
                ["ESOZ_DATA_DIR"] = registry.DataDirectory
            }, arguments);
}
