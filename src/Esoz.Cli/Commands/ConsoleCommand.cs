using System.CommandLine;
using Esoz.OperatorConsole;

namespace Esoz.Cli.Commands;

/// <summary><c>console …</c>: who may use the operator's console.</summary>
public static class ConsoleCommand
{
    public static Command Create() => new("console", "Who may use the operator's console at /console.")
    {
        Grant(), Revoke(), List(), SignOut(),
    };

    private static Command Grant() => RolesCommand("grant", "Gives a user roles of the console.",
        async (accounts, user, role, ct) => await accounts.Grant(user, role, ct) ? $"Granted {role}." : $"The user has {role} already.");

    private static Command Revoke() => RolesCommand("revoke", "Takes roles of the console; the user's sessions there end at once.",
        async (accounts, user, role, ct) => await accounts.Revoke(user, role, ct) ? $"Revoked {role}."
            : throw new CommandException($"The user does not have {role}."));

    private static Command RolesCommand(
        string name, string description, Func<ConsoleAccounts, Guid, string, CancellationToken, Task<string>> change)
    {
        var named = UserCommand.UserArgument();
        var roles = new Argument<string[]>("ROLE") { Description = string.Join(", ", ConsoleRole.All), Arity = ArgumentArity.OneOrMore };
        roles.AcceptOnlyFromAmong([.. ConsoleRole.All]);
        var command = new Command(name, description) { named, roles };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            var user = await UserCommand.Find(installation, parsed.GetValue(named)!, ct);
            foreach (var role in parsed.GetValue(roles)!.Distinct())
                await Console.Error.WriteLineAsync(await change(new(installation.Database), user, role, ct));
            return CommandLine.Done;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Lists users with roles of the console, and how many sessions they have open.") { CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            var accounts = await new ConsoleAccounts(installation.Database).List(ct);
            await Console.Out.WriteAsync(parsed.GetValue(CommandLine.Json) ? CommandLine.AsJson(accounts) : AsTable(accounts));
            return CommandLine.Done;
        });
        return command;
    }

    private static Command SignOut()
    {
        var named = UserCommand.UserArgument();
        var command = new Command("sign-out", "Ends all sessions of a user in the console.") { named };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            var ended = await new ConsoleAccounts(installation.Database).SignOut(
                await UserCommand.Find(installation, parsed.GetValue(named)!, ct), ct);
            await Console.Error.WriteLineAsync($"Ended {ended}.");
            return CommandLine.Done;
        });
        return command;
    }

    private static string AsTable(IEnumerable<ConsoleAccount> accounts)
    {
        var table = new Table("user", "email", "roles", "sessions", "last seen");
        foreach (var it in accounts)
            table.Add(it.Id, it.Email, string.Join(' ', it.Roles), it.Sessions, it.LastSeen is { } at ? Table.Instant(at) : "");
        return table.ToString();
    }
}
