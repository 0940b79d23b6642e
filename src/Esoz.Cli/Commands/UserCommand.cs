using Esoz.Platform.Access;
using Esoz.Platform.Configuration;
using Esoz.SignIn;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Cli.Commands;

/// <summary><c>user …</c>: those who sign in, and whom tokens are issued to.</summary>
public static class UserCommand
{
    public static Command Create() => new("user", "Users.")
    {
        Register(), Invite(), Reset(), List(), Block(), Unblock(),
        new Command("role", "Roles that an operator gives; those of employees follow their employment.") { GrantRole(), RevokeRole() },
        new Command("factor", "Second factors.") { ResetFactor() },
    };

    private static Command Register()
    {
        var id = new Option<Guid?>("--id") { Description = "Id of an existing user, who is updated: what is not named stays." };
        var email = new Option<string?>("--email") { Description = "Address by which the user signs in; a new user needs one." };
        var taxId = new Option<string?>("--tax-id")
        {
            Description = "РНОКПП. The user belongs to the party with this tax id, if there is one, and has the roles of its employees.",
        };
        var party = new Option<Guid?>("--party") { Description = "Party that the user belongs to, instead of by --tax-id." };
        var password = PasswordOption();
        return new Command("create",
            "Creates a user and prints the id. The user sets a password by an invitation (user invite), or gets one with --password -.")
        { id, email, taxId, party, password, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            if (parsed.GetValue(email) is { } address && !Users.IsEmail(address))
                throw new UsageException($"'{address}' is not an e-mail address.");
            var chosen = await ReadPassword(parsed, password, ct);
            await using var installation = await CommandLine.Open(parsed, ct);
            var users = new Users(installation.Database);
            var registered = await users.Register(
                new(parsed.GetValue(id), parsed.GetValue(email), parsed.GetValue(taxId), parsed.GetValue(party),
                    installation.Settings.SecondFactor.IsOfNewUsers ? FactorType.Sms : null), ct);
            var user = registered.Id ?? throw Refusal(registered.Fault!.Value, parsed.GetValue(party));
            if (chosen is not null)
                await SetPassword(installation, user, chosen, ct);
            await CommandLine.Print(parsed, new { Id = user, registered.Party }, it => it.Id + Environment.NewLine);
            if (parsed.GetValue(taxId) is not null && registered.Party is null)
                await Console.Error.WriteLineAsync(
                    "No party has this tax id, so the user has no roles of an employee. When there is one: esoz user create --id ID --party PARTY");
        });
    }

    private static Exception Refusal(UserFault fault, Guid? party) => fault switch
    {
        UserFault.EmailIsTaken => new CommandException("Another user has this e-mail address; esoz user list shows the id."),
        UserFault.EmailIsMissing => new UsageException("A new user needs --email."),
        UserFault.PartyIsUnknown => new CommandException($"There is no party {party}."),
        UserFault.PartyIsAmbiguous => new CommandException("Several parties have this tax id: name one with --party."),
        _ => throw new InvalidOperationException($"{fault}"),
    };

    private static Command Invite() => LinkCommand("invite", LinkPurpose.Invitation,
        "Invites a user to set a password: by mail, or prints the link when no mail server is configured. An earlier link ends.", password: null);

    private static Command Reset() => LinkCommand("reset", LinkPurpose.Reset,
        "Lets a user set a new password, as invite does but for a shorter time; or sets it with --password -. The former one works until then.",
        PasswordOption());

    private static Command LinkCommand(string name, string purpose, string description, Option<string?>? password)
    {
        var named = UserArgument();
        var print = new Option<bool>("--print") { Description = "Prints the link although a mail server is configured." };
        var command = new Command(name, description) { named, print, CommandLine.Json };
        if (password is not null)
            command.Options.Add(password);
        return command.Runs(async (parsed, ct) =>
        {
            var chosen = password is null ? null : await ReadPassword(parsed, password, ct);
            await using var installation = await CommandLine.Open(parsed, ct);
            var user = await Find(installation, parsed.GetValue(named)!, ct);
            if (chosen is not null)
            {
                await SetPassword(installation, user, chosen, ct);
                if (parsed.GetValue(CommandLine.Json))
                    await Console.Out.WriteAsync(CommandLine.AsJson(new { Id = user, Link = (string?)null }));
                await Console.Error.WriteLineAsync("The password is set; the user's tokens have ended.");
                return;
            }
            var links = new OneTimeLinks(installation.Database, installation.Settings.Links);
            var isMailed = installation.Settings.Mail is not null && !parsed.GetValue(print);
            var token = isMailed ? null : await links.Make(user, purpose, ct);
            if (isMailed ? !await links.Mail(user, purpose, ct) : token is null)
                throw new CommandException($"The user is blocked; first: esoz user unblock {user}");
            var url = token is null ? null : installation.Settings.Links.Url(token);
            if (parsed.GetValue(CommandLine.Json))
                await Console.Out.WriteAsync(CommandLine.AsJson(new { Id = user, Link = url }));
            else if (url is not null)
                await Console.Out.WriteLineAsync(url);
            await Console.Error.WriteLineAsync(url is null ? "The mail is queued; esoz mail list shows whether it was sent."
                : $"Valid for {Hours(installation.Settings.Links.LifeOf(purpose))}, once. It is shown once: bring it to the user on a safe way.");
            if (url is not null && installation.Settings.Links.Base.Length == 0)
                await Console.Error.WriteLineAsync("PUBLIC_BASE_URL is not set: put the address of the registry before it.");
        });
    }

    private static string Hours(TimeSpan life) => life.TotalHours >= 1 ? $"{life.TotalHours:0.#} h" : $"{life.TotalMinutes:F0} min";

    private static Command GrantRole() => RoleCommand("grant", "Gives a user a role at one client, or at every client.",
        async (users, user, role, client, ct) =>
            await users.Grant(user, role, client, ct) ? ("Granted.", true) : ("The user has it already.", false));

    private static Command RevokeRole() => RoleCommand("revoke",
        "Takes a role that an operator gave. The approval and the tokens of the user at the client end, with --global those at every client.",
        async (users, user, role, client, ct) =>
        {
            var isTaken = await users.Revoke(user, role, client, ct);
            var isEmployed = client is { } at && await users.IsEmployedAs(user, role, at, ct);
            return isTaken ? (isEmployed ? "Revoked; the user still has it as an employee." : "Revoked.", true)
                : throw new CommandException(isEmployed
                    ? "The user has this role as an employee: it ends with the employment. To end access at once: esoz user block"
                    : "No operator gave the user this role there.");
        });

    private static Command RoleCommand(
        string name, string description, Func<Users, Guid, string, Guid?, CancellationToken, Task<(string Said, bool IsChanged)>> change)
    {
        var named = UserArgument();
        var role = new Argument<string>("ROLE") { Description = "OWNER, DOCTOR, HR …" };
        var client = new Option<Guid?>("--client") { Description = "The client, for a provider its legal_entities.id." };
        var global = new Option<bool>("--global") { Description = "At every client: for operators and the NHS." };
        return new Command(name, description) { named, role, client, global, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            if (parsed.GetValue(client) is null != parsed.GetValue(global))
                throw new UsageException("Say where: either --client ID or --global.");
            await using var installation = await CommandLine.Open(parsed, ct);
            var user = await Find(installation, parsed.GetValue(named)!, ct);
            var list = new AccessList(installation.Database);
            var roles = await list.Roles(ct);
            if (!roles.Contains(parsed.GetValue(role)!))
                throw new UsageException($"There is no role '{parsed.GetValue(role)}'; did you mean {Nearest.To(parsed.GetValue(role)!, roles)}?");
            if (parsed.GetValue(client) is { } at && await list.Client(at, ct) is null)
                throw new CommandException($"There is no client {at}.");
            var (said, isChanged) = await change(new(installation.Database), user, parsed.GetValue(role)!, parsed.GetValue(client), ct);
            if (parsed.GetValue(CommandLine.Json))
                await Console.Out.WriteAsync(CommandLine.AsJson(
                    new { Id = user, Role = parsed.GetValue(role), ClientId = parsed.GetValue(client), IsChanged = isChanged }));
            await Console.Error.WriteLineAsync(said);
        });
    }

    private static Command ResetFactor()
    {
        var named = UserArgument();
        return new Command("reset", "Removes the second factors of a user who has lost them; the user signs in without until a new one is set.")
        { named, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var user = await Find(installation, parsed.GetValue(named)!, ct);
            var removed = await new Users(installation.Database).ResetFactors(user, ct);
            if (parsed.GetValue(CommandLine.Json))
                await Console.Out.WriteAsync(CommandLine.AsJson(new { Id = user, Removed = removed }));
            await Console.Error.WriteLineAsync(removed == 0 ? "The user has no second factor." : $"Removed {removed}.");
        });
    }

    internal static Argument<string> UserArgument() => new("USER") { Description = "Id or e-mail address of the user." };

    /// <exception cref="CommandException">There is no such user.</exception>
    internal static async Task<Guid> Find(Installation installation, string named, CancellationToken ct) =>
        await new Users(installation.Database).Find(named, ct) ?? throw new CommandException($"There is no user {named}.");

    private static Option<string?> PasswordOption()
    {
        var option = new Option<string?>("--password")
        {
            HelpName = "-",
            Description = "- reads the password from the first line of standard input.",
        };
        option.AcceptOnlyFromAmong("-");
        return option;
    }

    /// <exception cref="CommandException">The password breaks a rule.</exception>
    private static async Task SetPassword(Installation installation, Guid user, string password, CancellationToken ct)
    {
        using var hashing = new PasswordHashing(NullLogger<PasswordHashing>.Instance);
        var links = new OneTimeLinks(installation.Database, installation.Settings.Links);
        var change = new NewPassword(installation.Database, new(installation.Database, hashing, installation.Settings.SignIn), links);
        if (await change.Set(user, password, ct) is { } refusal)
            throw new CommandException(
                refusal.Invalid.SelectMany(invalid => invalid.Rules ?? []).FirstOrDefault()?.Description ?? refusal.Message!);
    }

    /// <summary>Null when none is asked for.</summary>
    /// <exception cref="UsageException">Standard input has none.</exception>
    private static async Task<string?> ReadPassword(ParseResult parsed, Option<string?> option, CancellationToken ct) =>
        parsed.GetValue(option) is null ? null : (await Secret.Read(parsed.GetValue(option), ct)).Value;

    private static Command List()
    {
        var client = new Option<Guid?>("--client") { Description = "Only users with a valid token of this client." };
        var blocked = new Option<bool>("--blocked") { Description = "Only blocked users." };
        var limit = new Option<int>("--limit") { Description = "Maximum number of users.", DefaultValueFactory = _ => 1000 };
        return new Command("list", "Lists users by email with tokens, last sign-in, password, second factor, block and roles.")
        { client, blocked, limit, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var users = await new AccessList(installation.Database)
                .Users(parsed.GetValue(client), parsed.GetValue(blocked), parsed.GetValue(limit), ct);
            await CommandLine.Print(parsed, users, AsTable);
        });
    }

    private static Table AsTable(IEnumerable<ListedUser> users) => Table.Of(users,
        ["id", "email", "tokens", "last sign-in", "password", "factor", "blocked", "roles"],
        it => [it.Id, it.Email, it.ValidTokens, it.LastSignIn is { } at ? Table.Instant(at) : "", it.HasPassword ? "yes" : "no",
            string.Join(' ', it.Factors), it.IsBlocked ? $"yes {it.BlockReason}".TrimEnd() : "no", string.Join(' ', it.Roles)]);

    private static Command Block()
    {
        var id = UserArgument();
        var reason = new Option<string?>("--reason") { Description = "Why, for those who look at the user later." };
        return new Command("block",
            "Ends all tokens of a user and refuses new ones; effective on every node within 5 s. Orders of the user that wait in the queue are refused.")
        { id, reason, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var user = await Find(installation, parsed.GetValue(id)!, ct);
            await new Registrar(installation.Database).BlockUser(user, parsed.GetValue(reason), ct);
            await CommandLine.Report(parsed, new { Id = user, IsBlocked = true }, "Blocked.");
        });
    }

    private static Command Unblock()
    {
        var id = UserArgument();
        return new Command("unblock", "Lets a user be issued tokens again; the former ones have ended.")
        { id, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var user = await Find(installation, parsed.GetValue(id)!, ct);
            await new Registrar(installation.Database).UnblockUser(user, ct);
            await CommandLine.Report(parsed, new { Id = user, IsBlocked = false }, "Unblocked.");
        });
    }
}
