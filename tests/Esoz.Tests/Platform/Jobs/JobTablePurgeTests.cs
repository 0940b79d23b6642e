namespace Esoz.Tests.Platform.Jobs;

/// <summary>Retention of jobs (compositions §11).</summary>
public sealed class JobTablePurgeTests(TaskDatabase queue) : IClassFixture<TaskDatabase>
{
    [Fact(DisplayName = "Jobs that ended more than JOB_TTL_DAYS ago are removed with their tasks; younger and pending ones stay, however old")]
    public async Task Purges()
    {
        var old = await Job("DONE", 8);
        var failed = await Job("FAILED", 8);
        var young = await Job("DONE", 6);
        var pending = await Job("PENDING", 400);
        await queue.Execute(
            "INSERT INTO background_tasks (type, key, payload, status, updated_at) SELECT 'OWN', gen_random_uuid(), '{}', s, now() - interval '8 days' FROM unnest(ARRAY['DONE', 'DEAD', 'QUEUED']) s");

        Assert.Equal(2, await queue.Table.Purge(TaskDatabase.Quick.Retention, TestContext.Current.CancellationToken));

        await using var command = queue.Database.Command("""
            SELECT (SELECT array_agg(id) FROM async_jobs), (SELECT array_agg(job_id) FROM background_tasks WHERE job_id IS NOT NULL),
                   (SELECT string_agg(status, ' ') FROM background_tasks WHERE job_id IS NULL)
            """);
        await using var row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        await row.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new[] { young, pending }.Order(), row.GetFieldValue<Guid[]>(0).Order());
        Assert.Equal(new[] { young, pending }.Order(), row.GetFieldValue<Guid[]>(1).Order());
        Assert.Equal("QUEUED", row.GetString(2));
        Assert.DoesNotContain(old, row.GetFieldValue<Guid[]>(0));
        Assert.DoesNotContain(failed, row.GetFieldValue<Guid[]>(0));
    }

    private async Task<Guid> Job(string status, int daysAgo)
    {
        var job = await queue.Queue("ANY");
        await queue.Execute(
            "UPDATE async_jobs SET status = $2, inserted_at = now() - make_interval(days => $3), done_at = CASE WHEN $2 = 'PENDING' THEN NULL ELSE now() - make_interval(days => $3) END WHERE id = $1", job, status, daysAgo);
        return job;
    }
}
