using System.CommandLine;
using Esoz.Platform.Database;
#if SANDBOX
using Esoz.Sandbox.Database;
using Esoz.Sandbox.Demo;
#endif

namespace Esoz.Cli.Commands;

/// <summary>
/// What a sandbox adds to the program; only this file names it. A production build (<c>-p:EsozSandbox=false</c>) is compiled without it.
/// </summary>
/// <param name="Commands">Commands that only a sandbox has.</param>
/// <param name="Spelled">Converts arguments to the form that the command-line library accepts.</param>
/// <param name="OpenDatabase">Opens the database under the data directory.</param>
/// <param name="FindDatabase">Whether there is a database under a data directory, and how to reach it if it is running. Changes
/// nothing.</param>
/// <param name="LoadDemo">Fills an empty registry with the demo; false if it holds other data.</param>
/// <param name="WelcomeToDemo">Issues credentials and lists examples to try at a base URL.</param>
internal sealed record Sandbox(
    IReadOnlyList<Command> Commands,
    Func<string[], string[]> Spelled,
    Func<Settings, CancellationToken, Task<LocalDatabase>> OpenDatabase,
    Func<string, (bool Exists, string? ConnectionString)> FindDatabase,
    Func<PostgresDatabase, CancellationToken, Task<bool>> LoadDemo,
    Func<Installation, Uri, CancellationToken, Task<string>> WelcomeToDemo)
{
    /// <summary>Null in a production build.</summary>
    public static Sandbox? Parts { get; } =
#if SANDBOX
        new(
            [GenerateCommand.Create(), SignCommand.Create()],
            SignCommand.Spelled,
            async (settings, ct) =>
            (await LocalCluster.Open(settings.DataDirectory, settings.PostgresPrograms, Console.Error, ct)).AsDatabase(),
            LocalCluster.Find,
            DemoRegistry.Load,
            async (installation, server, ct) =>
            (await DemoSession.Open(installation.Settings, installation.Database, ct)).Welcome(server));
#else
        null;
#endif
}
