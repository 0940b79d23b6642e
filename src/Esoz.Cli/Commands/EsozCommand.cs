namespace Esoz.Cli.Commands;

/// <summary>The program itself: its table of commands.</summary>
public static class EsozCommand
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Esoz: an open, self-hostable central component of eHealth (ЕСОЗ). Start with: esoz serve")
        {
            ServeCommand.Create(),
            MigrateCommand.Create(),
            ImportCommand.Create(),
            DictionaryCommand.Create(),
            ClientCommand.Create(),
            UserCommand.Create(),
            ConsoleCommand.Create(),
            MailCommand.Create(),
            TokenCommand.Create(),
            ApiKeyCommand.Create(),
            ConnectionCommand.Create(),
            AuditCommand.Create(),
            JobCommand.Create(),
            JournalCommand.Create(),
            RequestCommand.Create(),
            SnapshotCommand.Create(),
            MediaCommand.Create(),
            StorageCommand.Create(),
            DoctorCommand.Create(),
            OpenApiCommand.Create(),
            ManualCommand.Manual(),
            ManualCommand.OfBash(),
            TrustCommand.Create(),
            ConfigCommand.Create(),
        };
        foreach (var command in Sandbox.Parts?.Commands ?? [])
            root.Subcommands.Add(command);
        root.Options.Add(CommandLine.Set);
        root.Options.Add(CommandLine.Operator);
        return root;
    }
}
