using Esoz.Platform.Access;

namespace Esoz.Cli.Commands;

/// <summary><c>client create</c>, <c>list</c>, <c>show</c>, <c>block</c> and <c>unblock</c>: API clients.</summary>
public static class ClientCommand
{
    public static Command Create() => new("client", "API clients.") { CreateClient(), List(), Show(), Block(), Unblock() };

    private static Command List()
    {
        var client = new Option<Guid?>("--client") { Description = "Only this client." };
        return new Command("list", "Lists the clients with type, access and scopes.")
        { client, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var clients = await new AccessList(installation.Database).Clients(parsed.GetValue(client), ct);
            await CommandLine.Print(parsed, clients, AsTable);
        });
    }

    private static Table AsTable(IEnumerable<ListedClient> clients) => Table.Of(clients,
        ["id", "type", "access", "blocked", "name", "scopes"],
        it => [it.Id, it.Type, it.Access, it.IsBlocked ? "yes" : "no", it.Name, string.Join(' ', it.Scopes)]);

    private static Command Show()
    {
        var id = IdArgument();
        return new Command("show", "Shows one client with its scopes, its block and what it has in use.")
        { id, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var client = await new AccessList(installation.Database).Client(parsed.GetValue(id), ct)
                ?? throw NoSuchClient(parsed.GetValue(id));
            await CommandLine.Print(parsed, client, AsLines);
        });
    }

    private static string AsLines(ShownClient it)
    {
        var table = new Table("client", $"{it.Id}");
        table.Add("name", it.Name);
        table.Add("type", it.Type);
        table.Add("access", it.Access);
        table.Add("blocked", it.IsBlocked ? $"yes {it.BlockReason}".TrimEnd() : "no");
        table.Add("scopes", $"{(it.HasOwnScopes ? "its own: " : "of its type: ")}{string.Join(' ', it.Scopes)}");
        table.Add("broker scopes", it.BrokerScopes is { } scopes ? string.Join(' ', scopes) : "no limit for its own calls");
        table.Add("consumers", string.Join(' ', it.Consumers));
        table.Add("valid tokens", it.ValidTokens);
        table.Add("valid api-keys", it.ValidKeys);
        table.Add("created at", Table.Instant(it.InsertedAt));
        table.Add("changed at", it.UpdatedAt is { } at ? Table.Instant(at) : "");
        return table.ToString();
    }

    private static Command Block()
    {
        var id = IdArgument();
        var reason = new Option<string?>("--reason") { Description = "Why, for those who look at the client later." };
        return new Command("block",
            "Refuses the tokens and api-keys of a client; effective on every node within 5 s. Its orders that wait in the queue are refused.")
        { id, reason, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            if (!await new Registrar(installation.Database).BlockClient(parsed.GetValue(id), parsed.GetValue(reason), ct))
                throw NoSuchClient(parsed.GetValue(id));
            await CommandLine.Report(parsed, new { Id = parsed.GetValue(id), IsBlocked = true }, "Blocked.");
        });
    }

    private static Command Unblock()
    {
        var id = IdArgument();
        return new Command("unblock", "Accepts the tokens and api-keys of a client again, unless they have expired.")
        { id, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            if (!await new Registrar(installation.Database).UnblockClient(parsed.GetValue(id), ct))
                throw NoSuchClient(parsed.GetValue(id));
            await CommandLine.Report(parsed, new { Id = parsed.GetValue(id), IsBlocked = false }, "Unblocked.");
        });
    }

    private static Argument<Guid> IdArgument() => new("ID") { Description = "Id of the client." };

    private static CommandException NoSuchClient(Guid id) => new($"There is no client {id}.");

    private static Command CreateClient()
    {
        var id = new Option<Guid>("--id")
        {
            Required = true,
            Description = "Id of the client; for a healthcare provider its legal_entities.id.",
        };
        var type = new Option<string>("--type")
        {
            Required = true,
            Description = "MIS, PIS, TRUSTED_PIS, NHS, MSP, PRIMARY_CARE, OUTPATIENT, EMERGENCY, PHARMACY or MSP_LIMITED.",
        };
        var scopes = Scopes.Option<string?>("--scopes");
        scopes.Description = "Space-separated scopes for this client, instead of those of its type.";
        var typeScopes = new Option<bool>("--type-scopes") { Description = "An existing client gives up scopes of its own." };
        var name = new Option<string?>("--name") { Description = "Name of the client; default: type and id." };
        var access = new Option<string?>("--access") { Description = "DIRECT or BROKER; a new client is DIRECT." };
        var brokerScope = new Option<string?>("--broker-scope")
        {
            Description = "Space-separated scopes that calls with the client's api-key may use; \"\" = none. Without it there is no limit for the client's own calls, and its api-key is refused with the token of a BROKER client.",
        };
        var noBrokerScope = new Option<bool>("--no-broker-scope") { Description = "An existing client gives up its broker scopes." };
        access.AcceptOnlyFromAmong(AccessType.Direct, AccessType.Broker);
        return new Command("create",
            "Registers an API client, or updates it when it exists: what is not named stays. Tokens in use follow within 5 s.")
        { id, type, scopes, typeScopes, name, access, brokerScope, noBrokerScope, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var client = new ClientRegistration(parsed.GetValue(id), parsed.GetValue(type)!, parsed.GetValue(name),
                parsed.GetValue(scopes), parsed.GetValue(access), parsed.GetValue(brokerScope))
            {
                WithoutScopes = parsed.GetValue(typeScopes),
                WithoutBrokerScope = parsed.GetValue(noBrokerScope),
            };
            if ((client.WithoutScopes && client.Scopes is not null) || (client.WithoutBrokerScope && client.BrokerScope is not null))
                throw new UsageException("Scopes are either given or given up.");
            await using var installation = await CommandLine.Open(parsed, ct);
            await Scopes.Check(installation, ct, client.Scopes, client.BrokerScope);
            if (!await new Registrar(installation.Database).Register(client, ct))
                throw new UsageException($"There is no client type '{client.Type}'.");
            var list = new AccessList(installation.Database);
            await CommandLine.Print(parsed, (await list.Clients(client.Id, ct)).Single(), it => it.Id + Environment.NewLine);
            if (client.Scopes is null && (await list.Client(client.Id, ct))!.HasOwnScopes)
                await Console.Error.WriteLineAsync(
                    $"The client keeps its own scopes and not those of {client.Type}; --type-scopes gives them up.");
        });
    }
}
