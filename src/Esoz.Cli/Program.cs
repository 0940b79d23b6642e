using Esoz.Cli.Commands;

return await CommandLine.Run(EsozCommand.Create(), Sandbox.Parts?.Spelled(args) ?? args);
