using Esoz.Clients;
using Esoz.Platform.Access;

namespace Esoz.Cli.Commands;

/// <summary>
/// <c>connection create</c>, <c>list</c>, <c>refresh</c> and <c>delete</c>: which system acts for a client, and where its users return to.
/// </summary>
public static class ConnectionCommand
{
    public static Command Create() =>
        new("connection", "Connections: which system acts for a client, with what secret.") { CreateConnection(), List(), Refresh(), Delete() };

    private static Command CreateConnection()
    {
        var client = new Option<Guid>("--client") { Required = true, Description = "Client that users sign in to; a provider." };
        var consumer = new Option<Guid?>("--consumer") { Description = "Client that acts for it; a MIS. Default: the client itself." };
        var address = new Option<string>("--redirect-uri")
        {
            Required = true,
            Description = "Where users return to after they signed in, to the letter as the consumer names it.",
        };
        return new Command("create",
            "Connects a consumer with a client and prints only the secret on standard output. It is shown once; other connections of the pair stay.")
        { client, consumer, address, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var settings = CommandLine.Settings(parsed);
            if (RedirectUri.Fault(parsed.GetValue(address)!, settings.Connections) is { } fault)
                throw new UsageException($"--redirect-uri: {fault}");
            await using var installation = await CommandLine.Open(settings, ct);
            var of = parsed.GetValue(client);
            var by = parsed.GetValue(consumer) ?? of;
            var (id, secret) = await new Registrar(installation.Database).Connect(of, by, parsed.GetValue(address)!, ct)
                ?? throw new CommandException($"There is no client {of}, or no client {by}; see: esoz client list");
            await Print(parsed, id, secret);
        });
    }

    private static Command List()
    {
        var client = new Option<Guid?>("--client") { Description = "Only connections of this client." };
        var consumer = new Option<Guid?>("--consumer") { Description = "Only connections by which this client acts." };
        var all = new Option<bool>("--all") { Description = "Also those that were deleted or have expired." };
        return new Command("list", "Lists the connections, api-keys among them, never the secret.")
        { client, consumer, all, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var connections = await new AccessList(installation.Database)
                .Connections(parsed.GetValue(client), parsed.GetValue(consumer), parsed.GetValue(all), ct);
            await CommandLine.Print(parsed, connections, AsTable);
        });
    }

    private static Table AsTable(IEnumerable<ListedConnection> connections) => Table.Of(connections,
        ["id", "client", "consumer", "created at", "expires at", "redirect uri"],
        it => [it.Id, it.ClientId, it.ConsumerId, Table.Instant(it.InsertedAt),
            it.ExpiresAt is { } until ? Table.Instant(until) : "never", it.RedirectUri]);

    private static Command Refresh()
    {
        var id = IdArgument();
        return new Command("refresh",
            "Replaces the secret of a connection and prints only the new one on standard output. The former one ends at once.")
        { id, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var connection = parsed.GetValue(id);
            var secret = await new Registrar(installation.Database).RefreshSecret(connection, ct) ?? throw NoSuchConnection(connection);
            await Print(parsed, connection, secret);
        });
    }

    private static Command Delete()
    {
        var id = IdArgument();
        return new Command("delete", "Ends a connection, its secret, and the sessions in which it was presented.")
        { id, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var connection = parsed.GetValue(id);
            var ended = await new Registrar(installation.Database).RevokeKeys(connection, client: null, ct);
            await (ended == 0 ? throw NoSuchConnection(connection) : Secret.Report(parsed, ended));
        });
    }

    private static Argument<Guid> IdArgument() => new("ID") { Description = "Id of the connection, as in the list." };

    private static async Task Print(ParseResult parsed, Guid id, string secret)
    {
        await CommandLine.Print(parsed, new { Id = id, Secret = secret }, it => it.Secret + Environment.NewLine);
        if (!parsed.GetValue(CommandLine.Json))
            await Console.Error.WriteLineAsync($"Connection {id}.");
    }

    private static CommandException NoSuchConnection(Guid id) => new($"There is no connection {id} in force.");
}
