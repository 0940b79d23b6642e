using System.CommandLine;
using Esoz.Commands;

var root = new RootCommand("Esoz: an open, self-hostable central component of eHealth (ЕСОЗ). Start with: esoz serve")
{
    ServeCommand.Create(),
    MigrateCommand.Create(),
    ImportCommand.Create(),
    GenerateCommand.Create(),
    ClientCommand.Create(),
    TokenCommand.Create(),
    ApiKeyCommand.Create(),
    JobCommand.Create(),
    SnapshotCommand.Create(),
    MediaCommand.Create(),
    SignCommand.Create(),
    DoctorCommand.Create(),
};
root.Options.Add(CommandLine.Set);

return await CommandLine.RunAsync(root, SignCommand.Spelled(args));
