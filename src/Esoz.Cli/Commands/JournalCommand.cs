using System.Text.Json;
using Esoz.Parties;
using Esoz.Platform.Http;
using Esoz.Platform.Journal;

namespace Esoz.Cli.Commands;

/// <summary><c>journal show</c> and <c>journal export</c>: who read or changed what, and who was refused.</summary>
public static class JournalCommand
{
    public static Command Create() => new("journal", "Access journal: who read or changed what, and who was refused.") { Show(), Export() };

    private static Command Show()
    {
        var person = new Option<Guid?>("--person")
        {
            Description = "Requests about this human being: id of a person, preperson, party or employee. Downloads of the bulk export are about everybody; they are listed with --client.",
        };
        var user = new Option<Guid?>("--user") { Description = "Requests of this user." };
        var client = new Option<Guid?>("--client") { Description = "Requests of this client, or with an api-key of it." };
        var request = new Option<string?>("--request") { Description = "The request with this X-Request-ID." };
        var limit = new Option<int>("--limit") { Description = "Maximum number of entries; 0 = all.", DefaultValueFactory = _ => 100 };
        var (from, until) = (Instants.From(), Instants.Until());
        var command = new Command("show", "Lists requests with time, method, status, rule, caller and ids, the newest first.") { person, user,
            client, request, from, until, limit, CommandLine.Json };
        command.Validators.Add(result =>
        {
            if (new Option[] { person, user, client, request }.All(option => result.GetResult(option) is null or { Implicit: true }))
                result.AddError("Name whose requests: --person, --user, --client or --request. All of them: esoz journal export.");
        });
        return command.Runs(async (parsed, installation, ct) =>
        {
            var filter = new JournalFilter
            {
                ObjectIds = parsed.GetValue(person) is { } id ? await PersonIds.Of(installation.Database, id, ct) : [],
                UserId = parsed.GetValue(user),
                ClientId = parsed.GetValue(client),
                RequestId = parsed.GetValue(request),
                Since = parsed.GetValue(from),
                Until = parsed.GetValue(until),
            };
            var (found, most) = (new List<JournalEntry>(), parsed.GetValue(limit));
            await foreach (var entry in new JournalReader(installation.Database).Read(filter, newestFirst: true, ct))
            {
                if (most > 0 && found.Count == most)
                {
                    await Console.Error.WriteLineAsync($"There are more; the newest {most} are shown. Use --limit, --from or --until.");
                    break;
                }
                found.Add(entry);
            }
            await CommandLine.Print(parsed, found, AsTable);
        });
    }

    private static Command Export()
    {
        var (from, until) = (Instants.From(), Instants.Until());
        return new Command("export", "Prints all entries as JSON, one per line, the oldest first.")
        { from, until }.Runs(async (parsed, installation, ct) =>
        {
            var filter = new JournalFilter { Since = parsed.GetValue(from), Until = parsed.GetValue(until) };
            await using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 64 * 1024);
            await foreach (var entry in new JournalReader(installation.Database).Read(filter, newestFirst: false, ct))
            {
                await output.WriteAsync(JsonSerializer.Serialize(entry, IlDialect.Json));
                await output.WriteAsync('\n');
            }
        });
    }

    private static Table AsTable(IEnumerable<JournalEntry> entries) => Table.Of(entries,
        ["at", "method", "status", "rule", "code", "client", "user", "request", "address", "ids"],
        it => [Table.Instant(it.At), it.MethodId, it.Status, it.Rule, it.Code, it.ClientId, it.UserId, it.RequestId, it.Address,
            string.Join(' ', it.ObjectIds)]);
}
