using Esoz.BulkExport.Building;
using Esoz.BulkExport.Snapshots;
using Esoz.Events;
using Esoz.Platform.Access;
using Esoz.Platform.Audit;
using Esoz.Platform.Jobs;
using Esoz.Platform.Journal;
using Esoz.Platform.RollUp;
using Esoz.Platform.Scheduling;
using Esoz.Platform.Reconciling;
using Esoz.SignIn;

namespace Esoz;

/// <summary>Table of contents: all scheduled jobs. All times are UTC.</summary>
public static class Schedules
{
    public static IReadOnlyList<ScheduledTask> All(IServiceProvider services)
    {
        var build = services.GetRequiredService<BuildSnapshots>();
        var bulk = services.GetRequiredService<BulkExportOptions>();
        var database = services.GetRequiredService<PostgresDatabase>();
        var partitions = new LogPartitions(database);
        var jobs = services.GetRequiredService<JobTable>();
        var retention = services.GetRequiredService<JobOptions>().Retention;
        var tokens = new PurgeTokens(database, services.GetRequiredService<TokenOptions>().Retention);
        var signIns = new PurgeSignIn(database);
        var links = services.GetRequiredService<OneTimeLinks>();
        var signIn = services.GetRequiredService<SignInOptions>();
        var passwords = new ExpiredPasswords(database, services.GetRequiredService<TokenOptions>());
        var events = services.GetRequiredService<EventOptions>();
        var removal = new RemoveEvents(database, events);
        var answers = new PurgeIdempotencyKeys(database);
        var journal = new JournalPartitions(database);
        var journaled = services.GetRequiredService<JournalOptions>().Retention;
        var figures = services.GetRequiredService<RollUpTable>();
        var figured = services.GetRequiredService<RollUpOptions>().Retention;
        var seals = services.GetRequiredService<SealAudit>();
        var look = services.GetRequiredService<StorageLook>();
        return
        [
            // pis-bulk §3: each resource has its own setting; resources due in the same minute are built together
            new("bulk snapshots", bulk.NextRun, build.RunDue) { AtStart = build.RunMissing },
            new("repeated bulk snapshots", CronSchedule.Parse("* * * * *").Next, (_, ct) => build.RunFailed(ct)),
            new("lost bulk snapshots", CronSchedule.Parse("23 * * * *").Next, (_, ct) => build.RunLost(ct)) { AtStart = build.RunLost },

            // docs/adr/0056: a part of every bucket is compared with the database
            new("look at stored objects", CronSchedule.Parse("33 * * * *").Next, (_, ct) => look.Run(ct)),

            // data-model §10: monthly partitions of audit_log and events are created before the month begins
            new("log partitions", CronSchedule.Parse("17 0 * * *").Next, (_, ct) => partitions.Ensure(ct)),

            // platform §13a: daily partitions of the access journal are created before the day begins, and kept for JOURNAL_RETENTION_DAYS
            new("journal partitions", CronSchedule.Parse("7 0 * * *").Next, (_, ct) => journal.Ensure(ct)) { AtStart = journal.Ensure },
            new("journal purge", CronSchedule.Parse("27 0 * * *").Next, (_, ct) => journal.Purge(journaled, ct)),

            // docs/adr/0051: minutes become hours after some hours, and are kept for ESOZ_ROLL_UP_DAYS
            new("roll-up", CronSchedule.Parse("9 * * * *").Next, async (due, ct) =>
            {
                await figures.Fold(due, ct);
                await figures.Purge(figured, ct);
            }),

            // platform §13: the logs are sealed every minute
            new("audit seals", CronSchedule.Parse("* * * * *").Next, (_, ct) => seals.Run(ct)),

            // events §4: events are kept for EVENTS_EXPIRATION days, MAX_EVENTS of them
            new("event removal", minute => events.TerminationSchedule?.Next(minute), (_, ct) => removal.Run(ct)),

            // compositions §11: finished jobs are kept for JOB_TTL_DAYS
            new("job purge", CronSchedule.Parse("43 * * * *").Next, (_, ct) => jobs.Purge(retention, ct)),

            // data-model §7: expired tokens are kept for TOKEN_TTL_AFTER_EXPIRATION_DAYS
            new("token purge", CronSchedule.Parse("31 2 * * *").Next, (_, ct) => tokens.Run(ct)),

            // one-time links that ended, and their mails, are kept for 30 days
            new("link purge", CronSchedule.Parse("37 2 * * *").Next, (_, ct) => links.Purge(ct)),
            // sign-in §13: tokens of users whose password is too old; failures are kept for a day, known addresses for 30 days
            new("expired passwords", minute => signIn.TokenExpirationSchedule?.Next(minute), (_, ct) => passwords.EndTokens(ct)),
            new("sign-in purge", CronSchedule.Parse("37 * * * *").Next, (_, ct) => passwords.Purge(ct)),

            // sign-in §16: pages end after ten minutes; codes of a second factor are kept for a day
            new("sign-in page purge", CronSchedule.Parse("41 * * * *").Next, (_, ct) => signIns.Run(ct)),

            // responses stored for repeated requests are kept for 24 hours
            new("idempotency key purge", CronSchedule.Parse("53 * * * *").Next, (_, ct) => answers.Run(ct)),
        ];
    }
}
