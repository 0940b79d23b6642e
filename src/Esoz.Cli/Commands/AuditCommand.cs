using System.Globalization;
using Esoz.Platform.Audit;
using Esoz.Platform.Logging;

namespace Esoz.Cli.Commands;

/// <summary>
/// <c>audit list</c>, <c>show</c>, <c>seal</c>, <c>sign</c> and <c>verify</c>: who changed what, and whether the record of it is untouched.
/// </summary>
public static class AuditCommand
{
    private const int ShownFindings = 100;

    public static Command Create() => new("audit", "The audit log.") { List(), Show(), Seal(), Sign(), Verify() };

    private static Command List()
    {
        var resource = new Option<string?>("--resource") { Description = "Only rows of this table, such as employee_roles." };
        var id = new Option<string?>("--id") { Description = "Only changes of the row with this id." };
        var user = new Option<Guid?>("--user") { Description = "Only changes by this user." };
        var client = new Option<Guid?>("--client") { Description = "Only changes through this client." };
        var request = new Option<string?>("--request") { Description = "Only changes of the request with this id." };
        var person = new Option<string?>("--by") { HelpName = "OPERATOR", Description = "Only changes by this operator of the command line." };
        var (from, until) = (Instants.From(), Instants.Until());
        var limit = new Option<int>("--limit") { Description = "How many, the newest first.", DefaultValueFactory = _ => 100 };
        return new Command("list", "Lists changes, the newest first.")
        { resource, id, user, client, request, person, from, until, limit, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var query = new AuditQuery
            {
                Resource = parsed.GetValue(resource),
                ResourceId = parsed.GetValue(id),
                ActorId = parsed.GetValue(user)?.ToString(),
                ClientId = parsed.GetValue(client),
                RequestId = parsed.GetValue(request),
                Operator = parsed.GetValue(person),
                From = parsed.GetValue(from),
                Until = parsed.GetValue(until),
                Limit = parsed.GetValue(limit),
            };
            await using var installation = await CommandLine.Open(parsed, ct);
            var entries = await new AuditLog(installation.Database).Find(query, ct);
            await CommandLine.Print(parsed, entries, AsTable);
        });
    }

    private static Command Show()
    {
        var id = new Argument<Guid>("ID") { Description = "Id of the change, as list shows it." };
        return new Command("show", "Shows one change with old and new values.")
        { id, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var entries = await new AuditLog(installation.Database).Find(new() { Id = parsed.GetValue(id) }, ct);
            if (entries.Count == 0)
                throw new CommandException($"There is no change {parsed.GetValue(id)} in the audit log.");
            await CommandLine.Print(parsed, entries[0], AsLines);
        });
    }

    private static Command Seal() =>
        new Command("seal", "Seals the audit log now, as the scheduler does every minute.") { CommandLine.Json }.Runs(
        async (parsed, installation, ct) =>
        {
            var rows = await WithSealer(installation, sealer => sealer.Run(ct));
            await CommandLine.Print(parsed, new { Sealed = rows }, it => $"{it.Sealed} rows sealed{Environment.NewLine}");
        });

    private static Command Sign()
    {
        var day = new Option<DateOnly>("--day") { Required = true, Description = "A day (UTC) that has ended and is sealed." };
        var container = new Option<FileInfo?>("--container")
        {
            HelpName = "FILE",
            Description = "CMS (p7s) that includes exactly that text, with a time stamp.",
        };
        return new Command("sign",
            "Prints what an operator signs with a qualified signature to vouch for a day; with --container checks the signature and keeps it.")
        { day, container, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var (of, file, isJson) = (parsed.GetValue(day), parsed.GetValue(container), parsed.GetValue(CommandLine.Json));
            var said = await WithSealer(installation, async sealer =>
            {
                if (await sealer.ToSign(of, ct) is not { } text)
                    throw new CommandException($"{of:yyyy-MM-dd} is not sealed: a day is when it has ended.");
                if (file is null)
                    return isJson ? CommandLine.AsJson(new { Day = of, Text = text }) : text;
                if (await sealer.AddSignature(of, await File.ReadAllBytesAsync(file.FullName, ct), ct) is { } fault)
                    throw new CommandException($"{file.Name} is no signature of {of:yyyy-MM-dd}: {fault}.");
                return isJson ? CommandLine.AsJson(new { Day = of, IsSigned = true }) : $"{of:yyyy-MM-dd} is signed{Environment.NewLine}";
            });
            await Console.Out.WriteAsync(said);
        });
    }

    private static async Task<T> WithSealer<T>(Installation installation, Func<SealAudit, Task<T>> work)
    {
        using var store = installation.Settings.Storage.Open(TimeProvider.System);
        using var logging = LoggerFactory.Create(builder => Logs.Configure(builder, installation.Settings.LogLevel));
        return await work(SealedLogs.Sealer(installation.Settings, installation.Database, store, logging.CreateLogger<SealAudit>()));
    }

    private static Command Verify()
    {
        var anchors = new Option<string[]>("--anchors")
        {
            HelpName = "DIR",
            Description = "Directory with anchors or a copy of their bucket, instead of AUDIT_ANCHOR_DIRECTORY and AUDIT_ANCHOR_BUCKET. May be repeated.",
        };
        var keyFiles = new Option<string[]>("--key")
        {
            HelpName = "FILE",
            Description = "A public key in PEM that signatures are checked with. May be repeated.",
        };
        return new Command("verify",
            "Compares every row of the audit log with its seal, and the seals with their signatures and anchors. Changes nothing; exit code 1: something was tampered with.")
        { anchors, keyFiles, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var directories = parsed.GetValue(anchors) ?? [];
            if (directories.FirstOrDefault(directory => !Directory.Exists(directory)) is { } missing)
                throw new UsageException($"Directory with anchors not found: {missing}");
            await using var installation = await CommandLine.Open(parsed, ct);
            using var keys = installation.Settings.Audit.KnownKeys();
            foreach (var file in parsed.GetValue(keyFiles) ?? [])
                AddKey(keys, file);
            using var store = installation.Settings.Storage.Open(TimeProvider.System);
            var places = directories.Length > 0 ? [.. directories.Select(directory => new AnchorDirectory(directory))]
                : SealedLogs.Anchors(installation.Settings, store);
            var verdict = await SealedLogs.Verifier(installation.Settings, installation.Database, keys, places).Run(ct);
            await CommandLine.Print(parsed, verdict, AsTable);
            foreach (var finding in verdict.Findings.Take(ShownFindings))
                await Console.Error.WriteLineAsync(finding.ToString());
            if (verdict.Findings.Count > ShownFindings)
                await Console.Error.WriteLineAsync($"… and {verdict.Findings.Count - ShownFindings} more: --json prints all");
            return verdict.Findings.Count == 0 ? CommandLine.Done : CommandLine.Failed;
        });
    }

    private static void AddKey(AuditKeys keys, string file)
    {
        try
        {
            keys.Add(File.ReadAllText(file));
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"{file} {wrong.Message}.");
        }
    }

    private static Table AsTable(IEnumerable<AuditEntry> entries) => Table.Of(entries,
        ["id", "time", "user", "client", "operator", "request", "resource", "row", "changed"],
        it => [it.Id, Table.Instant(it.InsertedAt), it.ActorId, it.ClientId, it.Operator, it.RequestId, it.Resource, it.ResourceId,
            string.Join(' ', it.Members().Select(member => member.Name))]);

    private static string AsLines(AuditEntry it)
    {
        var lines = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var (name, value) in new (string, object?)[]
        {
            ("id", it.Id), ("time", Table.Instant(it.InsertedAt)), ("resource", it.Resource), ("row", it.ResourceId), ("user", it.ActorId),
            ("client", it.ClientId), ("request", it.RequestId), ("address", it.Address), ("operator", it.Operator),
        })
        {
            if (value is not null)
                lines.WriteLine($"{name,-9} {value}");
        }
        lines.WriteLine();
        lines.Write(Table.Of(it.Members(), ["member", "old", "new"], member => [member.Name, member.Old, member.New]));
        return lines.ToString();
    }

    private static string AsTable(AuditVerdict verdict)
    {
        var table = Table.Of(verdict.Logs,
            ["log", "seals", "rows", "unsealed", "purged", "sealed until"],
            it => [it.Log, it.Seals, it.Rows, it.Unsealed, it.Purged, it.SealedUntil is { } until ? Table.Instant(until) : "never"]);
        return $"{table}{verdict.Days} days, {verdict.Stamps} time stamps, {verdict.Signatures} signatures, {verdict.Anchored} anchors, {verdict.Findings.Count} findings{Environment.NewLine}";
    }
}
