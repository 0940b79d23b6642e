using System.CommandLine;
using Esoz.Platform.Access;

namespace Esoz.Cli.Commands;

/// <summary><c>token issue</c>, <c>token list</c> and <c>token revoke</c>: bearer tokens.</summary>
public static class TokenCommand
{
    public static Command Create() => new("token", "Bearer tokens.") { Issue(), List(), Revoke() };

    private static Command Issue()
    {
        var client = new Option<Guid>("--client") { Required = true, Description = "Client that the token is for." };
        var user = new Option<Guid>("--user") { Required = true, Description = "User who is the author of the changes made with the token; created when unknown." };
        var scope = Scopes.Option<string>("--scope");
        (scope.Required, scope.Description) = (true, "Space-separated scopes.");
        var ttl = new Option<TimeSpan>("--ttl")
        {
            Description = "Lifetime of the token: 30m, 1h, 30d …",
            CustomParser = Duration.Parse,
            DefaultValueFactory = _ => TimeSpan.FromHours(1),
        };
        var command = new Command("issue", "Issues a bearer token and prints only the token on standard output. It is shown once.") { client,
            user, scope, ttl, CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            await Scopes.Check(installation, ct, parsed.GetValue(scope));
            var token = await new Registrar(installation.Database)
                .IssueToken(parsed.GetValue(client), parsed.GetValue(user), parsed.GetValue(scope)!, parsed.GetValue(ttl), ct)
                ?? throw new CommandException(
                    $"There is no client {parsed.GetValue(client)}; register it with: esoz client create --id {parsed.GetValue(client)} --type TYPE");
            await Console.Out.WriteAsync(
                parsed.GetValue(CommandLine.Json) ? CommandLine.AsJson(new { Token = token }) : token + Environment.NewLine);
            return CommandLine.Done;
        });
        return command;
    }

    private static Command List()
    {
        var client = new Option<Guid?>("--client") { Description = "Only tokens of this client." };
        var user = new Option<Guid?>("--user") { Description = "Only tokens of this user." };
        var all = new Option<bool>("--all") { Description = "Also tokens that have expired or were revoked; they are kept for 30 days." };
        var command = new Command("list", "Lists the valid tokens with client, user, expiry and scopes, never the token itself.") { client, user,
            all, CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            var tokens = await new AccessList(installation.Database)
                .Tokens(parsed.GetValue(client), parsed.GetValue(user), parsed.GetValue(all), ct);
            await Console.Out.WriteAsync(parsed.GetValue(CommandLine.Json) ? CommandLine.AsJson(tokens) : AsTable(tokens));
            return CommandLine.Done;
        });
        return command;
    }

    private static string AsTable(IEnumerable<ListedToken> tokens)
    {
        var table = new Table("id", "client", "user", "expires at", "scopes");
        foreach (var it in tokens)
            table.Add(it.Id, it.ClientId, it.UserId, Table.Instant(it.ExpiresAt), string.Join(' ', it.Scopes));
        return table.ToString();
    }

    private static Command Revoke()
    {
        var token = new Argument<string>("TOKEN");
        var command = new Command("revoke", "Revokes a token; effective on every node within 5 s.") { token };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            if (!await new Registrar(installation.Database).RevokeToken(parsed.GetValue(token)!, ct))
                throw new CommandException("No valid token with this value.");
            await Console.Error.WriteLineAsync("Revoked.");
            return CommandLine.Done;
        });
        return command;
    }
}
