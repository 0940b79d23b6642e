using Esoz.Platform.Access;

namespace Esoz.Cli.Commands;

/// <summary><c>token issue</c>, <c>token list</c> and <c>token revoke</c>: bearer tokens.</summary>
public static class TokenCommand
{
    /// <summary>Longest life of a token, in days: that of a session (sign-in §4).</summary>
    private const int MaxDays = 90;

    public static Command Create() => new("token", "Bearer tokens.") { Issue(), List(), Revoke() };

    private static Command Issue()
    {
        var client = new Option<Guid>("--client") { Required = true, Description = "Client that the token is for." };
        var user = new Option<Guid>("--user") { Required = true, Description = "User who is the author of the changes made with the token; created when unknown." };
        var scope = Scopes.Option<string>("--scope");
        (scope.Required, scope.Description) = (true, "Space-separated scopes.");
        var ttl = new Option<TimeSpan>("--ttl")
        {
            Description = $"Lifetime of the token: 30m, 1h, 30d …, at most {MaxDays}d.",
            CustomParser = Duration.UpTo(MaxDays),
            DefaultValueFactory = _ => TimeSpan.FromHours(1),
        };
        return new Command("issue", "Issues a bearer token and prints only the token on standard output. It is shown once.")
        { client, user, scope, ttl, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            await Scopes.Check(installation, ct, parsed.GetValue(scope));
            var token = await new Registrar(installation.Database)
                .IssueToken(parsed.GetValue(client), parsed.GetValue(user), parsed.GetValue(scope)!, parsed.GetValue(ttl), ct)
                ?? throw new CommandException(
                    $"There is no client {parsed.GetValue(client)}; register it with: esoz client create --id {parsed.GetValue(client)} --type TYPE");
            await CommandLine.Print(parsed, new { Token = token }, it => it.Token + Environment.NewLine);
            await Warn((await new AccessList(installation.Database).Client(parsed.GetValue(client), ct))!, parsed.GetValue(scope)!);
        });
    }

    /// <summary>Says what the token does not open although it was asked for.</summary>
    private static async Task Warn(ShownClient client, string scope)
    {
        var missing = Scopes.Of(scope).Except(client.Scopes).ToList();
        if (missing.Count > 0)
        {
            await Console.Error.WriteLineAsync(
                $"The client, of type {client.Type}, does not have {string.Join(' ', missing)}: the token does not open what needs it. See: esoz client show {client.Id}");
        }
        if (client.IsBlocked)
            await Console.Error.WriteLineAsync($"The client is blocked: the token is refused until: esoz client unblock {client.Id}");
    }

    private static Command List()
    {
        var client = new Option<Guid?>("--client") { Description = "Only tokens of this client." };
        var user = new Option<Guid?>("--user") { Description = "Only tokens of this user." };
        var all = new Option<bool>("--all") { Description = "Also tokens that have expired or were revoked; they are kept for 30 days." };
        return new Command("list", "Lists the valid tokens with client, user, expiry and scopes, never the token itself.")
        { client, user, all, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var tokens = await new AccessList(installation.Database)
                .Tokens(parsed.GetValue(client), parsed.GetValue(user), parsed.GetValue(all), ct);
            await CommandLine.Print(parsed, tokens, AsTable);
        });
    }

    private static Table AsTable(IEnumerable<ListedToken> tokens) => Table.Of(tokens,
        ["id", "client", "user", "expires at", "scopes"],
        it => [it.Id, it.ClientId, it.UserId, Table.Instant(it.ExpiresAt), string.Join(' ', it.Scopes)]);

    private static Command Revoke()
    {
        var token = Secret.Argument("token");
        var client = new Option<Guid?>("--client") { Description = "All tokens of this client; with --user those of the user at it." };
        var user = new Option<Guid?>("--user") { Description = "All tokens of this user." };
        return new Command("revoke",
            "Revokes one token, or those of a client or user; effective on every node within 5 s.")
        { token, client, user, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var (id, value) = await Secret.Read(parsed.GetValue(token), ct);
            var (ofClient, ofUser) = (parsed.GetValue(client), parsed.GetValue(user));
            if ((id is null && value is null) == (ofClient is null && ofUser is null))
                throw new UsageException("Name the token, by its id or as - for standard input, or the --client or --user whose tokens end.");
            await using var installation = await CommandLine.Open(parsed, ct);
            var registrar = new Registrar(installation.Database);
            var revoked = value is not null ? await registrar.RevokeToken(value, ct) ? 1 : 0
                : await registrar.RevokeTokens(id, ofClient, ofUser, ct);
            if (revoked == 0 && ofClient is null && ofUser is null)
                throw new CommandException(id is null ? "No valid token with this value." : $"No valid token with the id {id}.");
            await Secret.Report(parsed, revoked);
        });
    }
}
