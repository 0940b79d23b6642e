using Esoz.OperatorConsole;

namespace Esoz.Cli.Commands;

/// <summary><c>console …</c>: who may use the operator's console.</summary>
public static class ConsoleCommand
{
    public static Command Create() => new("console", "Who may use the operator's console at /console.")
    {
        Grant(), Revoke(), List(), SignOut(),
    };

    private static Command Grant() => RolesCommand("grant", "Gives a user roles of the console.", (accounts, user, role, ct) =>
        accounts.Grant(user, role, ct));

    private static Command Revoke() => RolesCommand("revoke", "Takes roles of the console; the user's sessions there end at once.",
        async (accounts, user, role, ct) => await accounts.Revoke(user, role, ct) ? true
            : throw new CommandException($"The user does not have {role}."));

    private static Command RolesCommand(
        string name, string description, Func<ConsoleAccounts, Guid, string, CancellationToken, Task<bool>> change)
    {
        var named = UserCommand.UserArgument();
        var roles = new Argument<string[]>("ROLE") { Description = string.Join(", ", ConsoleRole.All), Arity = ArgumentArity.OneOrMore };
        roles.AcceptOnlyFromAmong([.. ConsoleRole.All]);
        return new Command(name, description) { named, roles, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var accounts = new ConsoleAccounts(installation.Database);
            var user = await UserCommand.Find(installation, parsed.GetValue(named)!, ct);
            var changed = 0;
            foreach (var role in parsed.GetValue(roles)!.Distinct())
                changed += await change(accounts, user, role, ct) ? 1 : 0;
            var held = (await accounts.List(ct)).FirstOrDefault(account => account.Id == user)?.Roles ?? [];
            await CommandLine.Report(parsed, new { Id = user, Roles = held, IsChanged = changed > 0 },
                held.Length == 0 ? "The user has no role of the console now." : $"The user has {string.Join(' ', held)} now.");
        });
    }

    private static Command List() =>
        new Command("list", "Lists users with roles of the console, and how many sessions they have open.") { CommandLine.Json }.Runs(
            async (parsed, installation, ct) =>
                await CommandLine.Print(parsed, await new ConsoleAccounts(installation.Database).List(ct), AsTable));

    private static Command SignOut()
    {
        var named = UserCommand.UserArgument();
        return new Command("sign-out", "Ends all sessions of a user in the console.") { named, CommandLine.Json }.Runs(
            async (parsed, installation, ct) =>
            {
                var user = await UserCommand.Find(installation, parsed.GetValue(named)!, ct);
                var ended = await new ConsoleAccounts(installation.Database).SignOut(user, ct);
                await CommandLine.Report(parsed, new { Id = user, Ended = ended }, $"Ended {ended}.");
            });
    }

    private static Table AsTable(IEnumerable<ConsoleAccount> accounts) => Table.Of(accounts,
        ["user", "email", "roles", "sessions", "last seen"],
        it => [it.Id, it.Email, string.Join(' ', it.Roles), it.Sessions, it.LastSeen is { } at ? Table.Instant(at) : ""]);
}
