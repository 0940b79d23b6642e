using System.Text.Json;
using System.Text.Json.Serialization;
using Esoz.Diagnosis;
using Esoz.Platform.Configuration;
using Esoz.Platform.Health;
using Esoz.Platform.Http;

namespace Esoz.Cli.Commands;

/// <summary><c>doctor</c>: checks everything the server needs and gives advice on each finding. It changes nothing.</summary>
public static class DoctorCommand
{
    private static readonly JsonSerializerOptions Json = new(IlDialect.Json)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static Command Create() =>
        new Command("doctor",
            "Checks configuration, database, migrations, storage, signature trust anchors, clock, queue, snapshots and credentials, and advises on each finding. Changes nothing.")
        { ServeCommand.Urls, ServeCommand.AllowInsecure, ServeCommand.ReadOnly, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var findings = await Find(parsed, ct);
            if (parsed.GetValue(CommandLine.Json))
                await Console.Out.WriteLineAsync(JsonSerializer.Serialize(findings, Json));
            else
                foreach (var finding in findings)
                    await Console.Out.WriteLineAsync(finding.ToString());
            return findings.Any(finding => finding.Severity == Severity.Broken) ? CommandLine.Failed : CommandLine.Done;
        });

    private static async Task<IReadOnlyList<Finding>> Find(ParseResult parsed, CancellationToken ct)
    {
        Settings settings;
        try
        {
            settings = ServeCommand.SettingsOf(parsed);
        }
        catch (SettingsException wrong)
        {
            return [.. wrong.Faults.Select(fault => Finding.Broken("configuration", fault, "see docs/operations.md, Settings"))];
        }
        return
        [
            Finding.Good("configuration", $"{settings.Mode.ToString().ToLowerInvariant()} mode{(settings.IsReadOnly ? ", read-only node" : "")}"),
            .. DirectoryFindings.Of("data directory", settings.DataDirectory),
            .. await StorageFindings.Of(settings, TimeProvider.System, ct),
            .. SignatureFindings.Of(settings, TimeProvider.System),
            .. await MailFindings.Of(settings, ct),
            .. ProductionFindings.Of(settings, parsed.GetValue(ServeCommand.Urls)!, hasSandbox: Sandbox.Parts is not null),
            .. await DatabaseFindings.Of(settings, () => Sandbox.Parts!.FindDatabase(settings.DataDirectory), TimeProvider.System, ct),
        ];
    }
}
