using System.CommandLine;
using Esoz.Platform.Access;

namespace Esoz.Cli.Commands;

/// <summary><c>client create</c> and <c>client list</c>: API clients.</summary>
public static class ClientCommand
{
    public static Command Create() => new("client", "API clients.") { CreateClient(), List() };

    private static Command List()
    {
        var client = new Option<Guid?>("--client") { Description = "Only this client." };
        var command = new Command("list", "Lists the clients with type, access and scopes.") { client, CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            await using var installation = await CommandLine.Open(parsed, ct);
            var clients = await new AccessList(installation.Database).Clients(parsed.GetValue(client), ct);
            await Console.Out.WriteAsync(parsed.GetValue(CommandLine.Json) ? CommandLine.AsJson(clients) : AsTable(clients));
            return CommandLine.Done;
        });
        return command;
    }

    private static string AsTable(IEnumerable<ListedClient> clients)
    {
        var table = new Table("id", "type", "access", "blocked", "name", "scopes");
        foreach (var it in clients)
            table.Add(it.Id, it.Type, it.Access, it.IsBlocked ? "yes" : "no", it.Name, string.Join(' ', it.Scopes));
        return table.ToString();
    }

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
        var name = new Option<string?>("--name") { Description = "Name of the client; default: type and id." };
        var access = new Option<string>("--access") { Description = "DIRECT or BROKER.", DefaultValueFactory = _ => AccessType.Direct };
        var brokerScope = new Option<string?>("--broker-scope")
        {
            Description = "Space-separated scopes that calls with the client's api-key may use; \"\" = none. Without it there is no limit for the client's own calls, and its api-key is refused with the token of a BROKER client.",
        };
        access.AcceptOnlyFromAmong(AccessType.Direct, AccessType.Broker);
        var command = new Command("create", "Registers an API client, or updates it when it exists.") { id, type, scopes, name, access,
            brokerScope, CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            var client = new ClientRegistration(parsed.GetValue(id), parsed.GetValue(type)!, parsed.GetValue(name),
                parsed.GetValue(scopes), parsed.GetValue(access)!, parsed.GetValue(brokerScope));
            await using var installation = await CommandLine.Open(parsed, ct);
            await Scopes.Check(installation, ct, client.Scopes, client.BrokerScope);
            var registered = await new Registrar(installation.Database).Register(client, ct);
            if (!registered)
                throw new UsageException($"There is no client type '{client.Type}'.");
            if (parsed.GetValue(CommandLine.Json))
                await Console.Out.WriteAsync(
                    CommandLine.AsJson((await new AccessList(installation.Database).Clients(client.Id, ct)).Single()));
            else
                await Console.Out.WriteLineAsync(client.Id.ToString());
            return CommandLine.Done;
        });
        return command;
    }
}
