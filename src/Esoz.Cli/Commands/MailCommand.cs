using Esoz.Platform.Mail;

namespace Esoz.Cli.Commands;

/// <summary><c>mail list</c> and <c>mail retry</c>: the outbox.</summary>
public static class MailCommand
{
    public static Command Create() => new("mail", "Mails to users: invitations and new passwords.") { List(), Retry() };

    private static Command List()
    {
        var status = new Option<string?>("--status") { Description = "Only mails with this status: QUEUED, SENT, FAILED or CANCELED." };
        var limit = new Option<int>("--limit") { Description = "Maximum number of mails.", DefaultValueFactory = _ => 50 };
        status.AcceptOnlyFromAmong([.. MailStatus.All]);
        return new Command("list", "Lists mails with recipient, attempts and the last error, the newest first; never their links.")
        { status, limit, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var mails = await new Outbox(installation.Database).List(parsed.GetValue(status), parsed.GetValue(limit), ct);
            await CommandLine.Print(parsed, mails, AsTable);
        });
    }

    private static Command Retry()
    {
        var id = new Argument<long>("ID") { Description = "Number of the mail." };
        return new Command("retry", "Sends a mail that has FAILED, or waits for its next attempt, as soon as a worker is free.")
        { id, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            if (!await new Outbox(installation.Database).Requeue(parsed.GetValue(id), ct))
                throw new CommandException(
                    $"There is no mail {parsed.GetValue(id)} that waits or has failed. For a new link: esoz user invite or esoz user reset.");
            if (parsed.GetValue(CommandLine.Json))
                await Console.Out.WriteAsync(CommandLine.AsJson(new { Id = parsed.GetValue(id), Status = MailStatus.Queued }));
            await Console.Error.WriteLineAsync("Queued; a worker sends it within seconds.");
        });
    }

    private static Table AsTable(IEnumerable<ListedMail> mails) => Table.Of(mails,
        ["mail", "status", "purpose", "user", "email", "attempts", "queued at", "due at", "error"],
        it => [it.Id, it.Status, it.Purpose, it.UserId, it.Email, it.Attempts, Table.Instant(it.QueuedAt),
            it.DueAt is { } at ? Table.Instant(at) : "", it.LastError]);
}
