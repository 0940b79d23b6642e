using System.CommandLine;
using Esoz.Platform.Access;

namespace Esoz.Cli.Commands;

/// <summary><c>apikey issue</c>, <c>apikey list</c> and <c>apikey revoke</c>: secrets of connections.</summary>
public static class ApiKeyCommand
{
    /// <summary>Longest life of a key, in days.</summary>
    private const int MaxDays = 730;

    public static Command Create() => new("apikey", "Api-keys.") { Issue(), List(), Revoke() };

    private static Command Issue()
    {
        var client = new Option<Guid>("--client") { Required = true, Description = "Client that the key identifies." };
        var ttl = new Option<TimeSpan>("--ttl")
        {
            Description = $"Lifetime of the key: 90d, 365d …, at most {MaxDays}d.",
            CustomParser = Duration.UpTo(MaxDays),
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
        var key = Secret.Argument("api-key");
        var client = new Option<Guid?>("--client") { Description = "All keys of this client." };
        var command = new Command("revoke",
            "Revokes one api-key, or those of a client; effective on every node within 5 s.") { key, client, CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            var (id, value) = await Secret.Read(parsed.GetValue(key), ct);
            var ofClient = parsed.GetValue(client);
            if ((id is null && value is null) == (ofClient is null))
                throw new UsageException("Name the api-key, by its id or as - for standard input, or the --client whose keys end.");
            await using var installation = await CommandLine.Open(parsed, ct);
            var registrar = new Registrar(installation.Database);
            var revoked = value is not null ? await registrar.RevokeKey(value, ct) ? 1 : 0 : await registrar.RevokeKeys(id, ofClient, ct);
            if (revoked == 0 && ofClient is null)
                throw new CommandException(id is null ? "No valid api-key with this value." : $"No valid api-key with the id {id}.");
            return await Secret.Report(parsed, revoked);
        });
        return command;
    }
}
