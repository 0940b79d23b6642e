using System.CommandLine.Parsing;
using Esoz.Platform.Access;

namespace Esoz.Cli.Commands;

/// <summary><c>apikey issue</c>, <c>apikey list</c> and <c>apikey revoke</c>: secrets of connections.</summary>
public static class ApiKeyCommand
{
    public static Command Create() => new("apikey", "Api-keys.") { Issue(), List(), Revoke() };

    private static Command Issue()
    {
        var client = new Option<Guid>("--client") { Required = true, Description = "Client that the key identifies." };
        var ttl = new Option<TimeSpan>("--ttl")
        {
            Description = $"Lifetime of the key: 90d, 365d …, at most {Registrar.MaxKeyDays}d.",
            CustomParser = Duration.UpTo(Registrar.MaxKeyDays),
            DefaultValueFactory = _ => TimeSpan.FromDays(365),
        };
        var thumbprints = new Option<string[]>("--certificate-thumbprint")
        {
            HelpName = "SHA256HEX",
            Description = "The key opens nothing unless the connection shows this client certificate, or another one that is named. May be repeated.",
            CustomParser = ParseThumbprints,
        };
        return new Command("issue",
            "Issues an api-key and prints only the key on standard output. It is shown once; the client's earlier keys stay valid until they are revoked.")
        { client, ttl, thumbprints, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var certificates = parsed.GetValue(thumbprints) ?? [];
            var key = await new Registrar(installation.Database)
                    .IssueKey(parsed.GetValue(client), parsed.GetValue(ttl), certificates, ct)
                ?? throw new CommandException(
                    $"There is no client {parsed.GetValue(client)}; register it with: esoz client create --id {parsed.GetValue(client)} --type TYPE");
            if (certificates.Length > 0 && !installation.Settings.Tls.AsksForClientCertificates)
                await Console.Error.WriteLineAsync(
                    "A server with these settings asks nobody for a client certificate, so the key opens nothing there: set ESOZ_TLS_CLIENT_CERTIFICATES=optional.");
            await CommandLine.Print(parsed, new { ApiKey = key }, it => it.ApiKey + Environment.NewLine);
        });
    }

    private static string[] ParseThumbprints(ArgumentResult argument)
    {
        var parsed = argument.Tokens.Select(token => (Text: token.Value, Thumbprint: Thumbprint.Parse(token.Value))).ToList();
        foreach (var (wrong, _) in parsed.Where(it => it.Thumbprint is null))
            argument.AddError($"'{wrong}' is not the SHA-256 of a certificate, 64 hexadecimal digits; print it with: openssl x509 -in FILE -noout -fingerprint -sha256");
        return [.. parsed.Select(it => it.Thumbprint).OfType<string>().Distinct()];
    }

    private static Command List()
    {
        var client = new Option<Guid?>("--client") { Description = "Only keys of this client." };
        var all = new Option<bool>("--all") { Description = "Also keys that have expired or were revoked." };
        return new Command("list", "Lists the valid api-keys with client, expiry, client certificates and scopes, never the key itself.")
        { client, all, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var keys = await new AccessList(installation.Database).Keys(parsed.GetValue(client), parsed.GetValue(all), ct);
            await CommandLine.Print(parsed, keys, AsTable);
        });
    }

    private static Table AsTable(IEnumerable<ListedKey> keys) => Table.Of(keys,
        ["id", "client", "expires at", "certificates", "scopes"],
        it => [it.Id, it.ClientId, it.ExpiresAt is { } until ? Table.Instant(until) : "never",
            string.Join(' ', it.CertificateThumbprints), string.Join(' ', it.Scopes)]);

    private static Command Revoke()
    {
        var key = Secret.Argument("api-key");
        var client = new Option<Guid?>("--client") { Description = "All keys of this client." };
        return new Command("revoke",
            "Revokes one api-key, or those of a client; effective on every node within 5 s.")
        { key, client, CommandLine.Json }.Runs(async (parsed, ct) =>
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
            await Secret.Report(parsed, revoked);
        });
    }
}
