using System.CommandLine;
using Esoz.Platform.Access;

namespace Esoz.Cli.Commands;

/// <summary><c>user list</c>, <c>user block</c> and <c>user unblock</c>: those whom tokens are issued to.</summary>
public static class UserCommand
{
    public static Command Create() => new("user", "Users.") { List(), Block(), Unblock() };

    private static Command List()
    {
        var client = new Option<Guid?>("--client") { Description = "Only users with a valid token of this client." };
        var blocked = new Option<bool>("--blocked") { Description = "Only blocked users." };
        var limit = new Option<int>("--limit") { Description = "Maximum number of users.", DefaultValueFactory = _ => 1000 };
        var command = new Command("list", "Lists users by email with the number of their valid tokens.") { client, blocked, limit,
            CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            var users = await new AccessList(installation.Database)
                .Users(parsed.GetValue(client), parsed.GetValue(blocked), parsed.GetValue(limit), ct);
            await Console.Out.WriteAsync(parsed.GetValue(CommandLine.Json) ? CommandLine.AsJson(users) : AsTable(users));
            return CommandLine.Done;
        });
        return command;
    }

    private static string AsTable(IEnumerable<ListedUser> users)
    {
        var table = new Table("id", "email", "tokens", "blocked", "reason");
        foreach (var it in users)
            table.Add(it.Id, it.Email, it.ValidTokens, it.IsBlocked ? "yes" : "no", it.BlockReason);
        return table.ToString();
    }

    private static Command Block()
    {
        var id = new Argument<Guid>("ID") { Description = "Id of the user." };
        var reason = new Option<string?>("--reason") { Description = "Why, for those who look at the user later." };
        var command = new Command("block",
            "Ends all tokens of a user and refuses new ones; effective on every node within 5 s. Orders of the user that wait in the queue are refused.")
        { id, reason, CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            var user = parsed.GetValue(id);
            if (!await new Registrar(installation.Database).BlockUser(user, parsed.GetValue(reason), ct))
                throw new CommandException($"There is no user {user}.");
            return await Blocking.Report(parsed, user, isBlocked: true);
        });
        return command;
    }

    private static Command Unblock()
    {
        var id = new Argument<Guid>("ID") { Description = "Id of the user." };
        var command = new Command("unblock", "Lets a user be issued tokens again; the former ones have ended.") { id, CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            var user = parsed.GetValue(id);
            if (!await new Registrar(installation.Database).UnblockUser(user, ct))
                throw new CommandException($"There is no user {user}.");
            return await Blocking.Report(parsed, user, isBlocked: false);
        });
        return command;
    }
}
