using System.CommandLine;
using Esoz.Platform.Access;

namespace Esoz.Cli.Commands;

/// <summary><c>apikey issue</c>, <c>apikey list</c> and <c>apikey revoke</c>: secrets of connections.</summary>
public static class ApiKeyCommand
{
    public static Command Create() => new("apikey", "Api-keys.") { Issue(), List(), Revoke() };

    private static Command Issue()
    {
        var client = new Option<Guid>("--client") { Required = true, Description = "Client that the key identifies." };
        var ttl = new Option<TimeSpan>("--ttl")
        {
            Description = "Lifetime of the key: 90d, 365d …",
            CustomParser = Duration.Parse,
            DefaultValueFactory = _ => TimeSpan.FromDays(365),
        };
        var command = new Command("issue",
            "Issues an api-key and prints only the key on standard output. It is shown once; the client's earlier keys stay valid until they are revoked.") { client, ttl, CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            var key = await new Registrar(installation.Database).IssueKey(parsed.GetValue(client), parsed.GetValue(ttl), ct)
                ?? throw new CommandException(
                    $"There is no client {parsed.GetValue(client)}; register it with: esoz client create --id {parsed.GetValue(client)} --type TYPE");
            await Console.Out.WriteAsync(
                parsed.GetValue(CommandLine.Json) ? CommandLine.AsJson(new { ApiKey = key }) : key + Environment.NewLine);
            return CommandLine.Done;
        });
        return command;
    }

    private static Command List()
    {
        var client = new Option<Guid?>("--client") { Description = "Only keys of this client." };
        var all = new Option<bool>("--all") { Description = "Also keys that have expired or were revoked." };
        var command = new Command("list", "Lists the valid api-keys with client, expiry and scopes, never the key itself.") { client, all,
            CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            var keys = await new AccessList(installation.Database).Keys(parsed.GetValue(client), parsed.GetValue(all), ct);
            await Console.Out.WriteAsync(parsed.GetValue(CommandLine.Json) ? CommandLine.AsJson(keys) : AsTable(keys));
            return CommandLine.Done;
        });
        return command;
    }

    private static string AsTable(IEnumerable<ListedKey> keys)
    {
        var table = new Table("id", "client", "expires at", "scopes");
        foreach (var it in keys)
            table.Add(it.Id, it.ClientId, it.ExpiresAt is { } until ? Table.Instant(until) : "never", string.Join(' ', it.Scopes));
        return table.ToString();
    }

    private static Command Revoke()
    {
        var key = new Argument<string>("KEY");
        var command = new Command("revoke", "Revokes an api-key; effective on every node within 5 s.") { key };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            if (!await new Registrar(installation.Database).RevokeKey(parsed.GetValue(key)!, ct))
                throw new CommandException("No valid api-key with this value.");
            await Console.Error.WriteLineAsync("Revoked.");
            return CommandLine.Done;
        });
        return command;
    }
}
