using System.Globalization;
using Esoz.Platform.Http;
using Esoz.Platform.Journal;

namespace Esoz.Cli.Commands;

/// <summary><c>request show</c>: what a request was, and which rule refused it.</summary>
public static class RequestCommand
{
    public static Command Create() => new("request", "One request, as the access journal has it.") { Show() };

    private static Command Show()
    {
        var id = new Argument<string>("ID") { Description = "X-Request-ID of the answer; meta.request_id is the same." };
        return new Command("show", "Shows what the request was, and for a refusal the rule and what it looked at.")
        { id, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var filter = new JournalFilter { RequestId = parsed.GetValue(id) };
            var accounts = new List<RequestAccount>();
            await foreach (var entry in new JournalReader(installation.Database).Read(filter, newestFirst: false, ct))
                accounts.Add(await RequestAccount.Of(entry, Methods.All).WithBrokenNow(installation.Database, Methods.All, ct));
            if (accounts.Count == 0)
                throw new CommandException(
                    $"The access journal has no request {parsed.GetValue(id)}. It has refusals, writes, bulk downloads and requests for personal data of the last JOURNAL_RETENTION_DAYS.");
            await CommandLine.Print(parsed, accounts, all => string.Join(Environment.NewLine, all.Select(AsLines)));
        });
    }

    private static string AsLines(RequestAccount it)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        Line("request", it.RequestId);
        Line("at", Table.Instant(it.At));
        Line("method", it.Title is null ? it.MethodId : $"{it.MethodId} {it.Title}");
        Line("route", it.Route);
        Line("status", it.Status);
        Line("client", it.ClientId);
        Line("user", it.UserId);
        Line("api-key", it.ConnectionId is null ? null : $"{it.ConnectionId} of client {it.ConnectionClientId}");
        Line("address", it.Address);
        Line("patient", it.PersonId);
        Line("party", it.PartyId);
        if (it.Refusal is { } refusal)
        {
            Line("refused by", refusal.Rule is null ? "no numbered rule" : $"rule {refusal.Rule}");
            Line("rule", refusal.Words);
            Line("text", refusal.Text);
            Line("code", refusal.Code);
            Line("looked at", refusal.Seen);
            foreach (var broken in refusal.BrokenNow ?? [])
                Line("broken now", $"rule {broken.Rule}: {broken.Words}{(broken.IsUnknown ? " (what it looks at does not exist)" : "")}");
            Line("broken now", refusal.BrokenNow is [] ? "no rule" : null);
        }
        Line("ids", it.ObjectIds.Count == 0 ? null : string.Join(' ', it.ObjectIds));
        return text.ToString();

        void Line(string name, object? value)
        {
            if (value is not null)
                text.WriteLine($"{name,-10}  {value}");
        }
    }
}
