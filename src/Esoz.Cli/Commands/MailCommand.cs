using System.CommandLine;
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
        var command = new Command("list", "Lists mails with recipient, attempts and the last error, the newest first; never their links.")
        { status, limit, CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            var mails = await new Outbox(installation.Database).List(parsed.GetValue(status), parsed.GetValue(limit), ct);
            await Console.Out.WriteAsync(parsed.GetValue(CommandLine.Json) ? CommandLine.AsJson(mails) : AsTable(mails));
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Retry()
    {
        var id = new Argument<long>("ID") { Description = "Number of the mail." };
        var command = new Command("retry", "Sends a mail that has FAILED, or waits for its next attempt, as soon as a worker is free.") { id,
            CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            if (!await new Outbox(installation.Database).Requeue(parsed.GetValue(id), ct))
                throw new CommandException(
                    $"There is no mail {parsed.GetValue(id)} that waits or has failed. For a new link: esoz user invite or esoz user reset.");
            if (parsed.GetValue(CommandLine.Json))
                await Console.Out.WriteAsync(CommandLine.AsJson(new { Id = parsed.GetValue(id), Status = MailStatus.Queued }));
            await Console.Error.WriteLineAsync("Queued; a worker sends it within seconds.");
            return CommandLine.Done;
        });
        return command;
    }

    private static string AsTable(IEnumerable<ListedMail> mails)
    {
        var table = new Table("mail", "status", "purpose", "user", "email", "attempts", "queued at", "due at", "error");
        foreach (var it in mails)
            table.Add(it.Id, it.Status, it.Purpose, it.UserId, it.Email, it.Attempts, Table.Instant(it.QueuedAt),
                it.DueAt is { } at ? Table.Instant(at) : "", it.LastError);
        return table.ToString();
    }
}
