using System.Net;
using Esoz.OperatorConsole;

namespace Esoz.Tests.OperatorConsole;

/// <summary>The queue on the screen, and tasks that are tried again there.</summary>
public sealed class JobScreensTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "The list has waiting and given-up tasks with reasons in words; only ops.read sees it")]
    public async Task Listed()
    {
        var (task, _) = await Dead("NpgsqlException: TimeoutException");
        using var browser = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);
        using var other = await (await Operator.Make(registry, ConsoleRole.AuditRead)).SignIn(registry);

        var page = await browser.Get($"{JobList.Path}?status=DEAD");
        Assert.Contains($">{task}</a>", page.Html, StringComparison.Ordinal);
        Assert.Contains("Спроба тривала задовго.", page.Text, StringComparison.Ordinal);
        Assert.Contains("The attempt took too long.", (await browser.Get($"{JobList.Path}?lang=en")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Get(JobList.Path)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Get(JobView.Address(task))).Status);
    }

    [Fact(DisplayName = "A retry puts task and job into the queue again, and the journal has who did it")]
    public async Task Retried()
    {
        var (task, job) = await Dead("IOException");
        var user = await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct);
        using var browser = await user.SignIn(registry);
        var page = await browser.Get(JobView.Address(task));

        var answer = await browser.PostTo(JobView.Address(task) + "/retry", ("form_token", page.FormToken));

        Assert.Equal($"{JobView.Address(task)}?done=1", answer.Location);
        Assert.Equal("QUEUED PENDING", await registry.Scalar<string>(
            "SELECT task.status || ' ' || job.status FROM background_tasks task JOIN async_jobs job ON job.id = task.job_id WHERE task.id = $1",
            task));
        await Eventually.Holds(async () => await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE user_id = $1 AND method_id = 'console-job-retry' AND $2 = ANY (object_ids)",
            user.User, job) == 1);
        Assert.Contains("Завдання повернуто в чергу", (await browser.Get(answer.Location!)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity,
            (await browser.PostTo(JobView.Address(task) + "/retry", ("form_token", page.FormToken))).Status);
    }

    [Fact(DisplayName = "Without the role, the token of the form or the password that was asked for, nothing is retried")]
    public async Task NotRetried()
    {
        var (task, _) = await Dead("IOException");
        var path = JobView.Address(task) + "/retry";
        using var reader = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);
        var user = await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct);
        using var browser = await user.SignIn(registry);

        Assert.DoesNotContain("/retry", (await reader.Get(JobView.Address(task))).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostTo(path, ("form_token", reader.Page.FormToken))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostTo(path, ("form_token", reader.Page.FormToken))).Status);
        await registry.Execute("UPDATE console_sessions SET confirmed_at = now() - interval '6 minutes' WHERE user_id = $1", user.User);
        var page = await browser.Get(JobView.Address(task));
        Assert.Contains("confirm_password", page.Html, StringComparison.Ordinal);
        var answer = await browser.PostTo(path, ("form_token", page.FormToken), ("confirm_password", "wrong"));
        Assert.Contains("Неправильна електронна пошта або пароль", answer.Text, StringComparison.Ordinal);
        Assert.Equal("DEAD", await registry.Scalar<string>("SELECT status FROM background_tasks WHERE id = $1", task));

        await browser.PostTo(path, ("form_token", page.FormToken), ("confirm_password", Operator.Password));
        Assert.Equal("QUEUED", await registry.Scalar<string>("SELECT status FROM background_tasks WHERE id = $1", task));
    }

    /// <summary>A task that was given up, and its job.</summary>
    private async Task<(long Task, Guid Job)> Dead(string error)
    {
        var job = Guid.NewGuid();
        return (await registry.Scalar<long>("""
            WITH job AS (
              INSERT INTO async_jobs (id, client_id, user_id, kind, status, eta, request_hash, request_id, done_at)
              VALUES ($1, gen_random_uuid(), gen_random_uuid(), 'SIGN_COMPOSITION', 'FAILED', now(), sha256($1::text::bytea), 'r', now()))
            INSERT INTO background_tasks (job_id, type, key, payload, status, attempts, last_error)
            VALUES ($1, 'SIGN_COMPOSITION', gen_random_uuid(), '{}', 'DEAD', 5, $2) RETURNING id
            """, job, error), job);
    }
}
