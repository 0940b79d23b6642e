namespace Esoz.Cli.Commands;

/// <summary><c>migrate</c>: brings the database schema up to date; safe to run twice and from many nodes at once.</summary>
public static class MigrateCommand
{
    public static Command Create() =>
        new Command("migrate", "Applies db/*.sql under a lock; safe to run twice, and from many nodes at once.") { CommandLine.Json }
        .Runs(async (parsed, installation, ct) =>
        {
            if (parsed.GetValue(CommandLine.Json))
                await Console.Out.WriteAsync(CommandLine.AsJson(new { IsUpToDate = true }));
            await Console.Error.WriteLineAsync("The database schema is up to date.");
        });
}
