using System.Globalization;
using System.Text.Json;
using Esoz.Platform.Http;
using Esoz.Platform.Jobs;
using Npgsql;

namespace Esoz.Cli.Commands;

/// <summary>
/// <c>job list</c>, <c>job show</c> and <c>job retry</c>: background tasks and the client jobs they belong to, without personal data.
/// </summary>
public static class JobCommand
{
    public static Command Create() => new("job", "Background tasks and client jobs.") { List(), Show(), Retry() };

    private static Command List()
    {
        var status = new Option<string?>("--status")
        {
            Description = "Only tasks or jobs with this status: QUEUED, RUNNING, DONE, DEAD, PENDING or FAILED.",
        };
        var limit = new Option<int>("--limit") { Description = "Maximum number of entries.", DefaultValueFactory = _ => 50 };
        status.AcceptOnlyFromAmong([.. BackgroundTaskStatus.All.Union(JobStatus.All)]);
        return new Command("list", "Lists background tasks with their jobs, attempts and errors, the newest first.")
        { status, limit, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var reports = await new TaskHistory(installation.Database).List(parsed.GetValue(status), parsed.GetValue(limit), ct);
            await CommandLine.Print(parsed, reports, AsTable);
        });
    }

    private static Command Show()
    {
        var id = new Argument<string>("ID") { Description = "Uuid of a client's job, or number of a background task." };
        return new Command("show", "Shows one job or task with its attempts and errors.")
        { id, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var reports = await new TaskHistory(installation.Database).Show(parsed.GetValue(id)!, ct);
            if (reports.Count == 0)
                throw new CommandException($"There is no job or task {parsed.GetValue(id)}; ended ones are kept for JOB_TTL_DAYS.");
            await CommandLine.Print(parsed, reports, AsLines);
        });
    }

    private static Command Retry()
    {
        var id = new Argument<string>("ID") { Description = "Uuid of a client's job, or number of a background task." };
        return new Command("retry", "Requeues a task that failed for the last time (DEAD) and sets its job to PENDING.")
        { id, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            if (!await IsRequeued(new JobTable(installation.Database), parsed.GetValue(id)!, ct))
                throw new CommandException(
                    $"There is no DEAD task {parsed.GetValue(id)}. A job that a business rule refused cannot be retried: send the request again.");
            if (parsed.GetValue(CommandLine.Json))
                await Console.Out.WriteAsync(
                    CommandLine.AsJson(await new TaskHistory(installation.Database).Show(parsed.GetValue(id)!, ct)));
            await Console.Error.WriteLineAsync("Requeued; a worker claims it within a second.");
        });
    }

    private static async Task<bool> IsRequeued(JobTable table, string id, CancellationToken ct)
    {
        try
        {
            return await table.Requeue(id, ct);
        }
        catch (PostgresException twin) when (twin.ConstraintName == JobTable.PendingRequestKey)
        {
            throw new CommandException(
                "The client has already sent the same request again, and that job is PENDING: nothing to retry.");
        }
    }

    private static Table AsTable(IEnumerable<TaskReport> reports) => Table.Of(reports,
        ["task", "type", "status", "attempts", "queued at", "job", "job status", "error"],
        it => [it.Task, it.Type, it.Status, it.Attempts, Table.Instant(it.QueuedAt), it.Job, it.JobStatus,
            it.JobError ?? it.LastError]);

    private static string AsLines(IEnumerable<TaskReport> reports)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var report in reports)
        {
            foreach (var member in JsonSerializer.SerializeToElement(report, IlDialect.Json).EnumerateObject()
                .Where(member => member.Value.ValueKind != JsonValueKind.Null))
                text.WriteLine($"{member.Name,-10}  {member.Value}");
        }
        return text.ToString();
    }
}
