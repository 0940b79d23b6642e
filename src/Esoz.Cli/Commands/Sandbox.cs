using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Portal;
#if SANDBOX
using Esoz.Sandbox.Database;
using Esoz.Sandbox.Demo;
using Esoz.Sandbox.Demo.Mis;
#endif

namespace Esoz.Cli.Commands;

/// <summary>
/// What a sandbox adds to the program; only this file names it. A production build (<c>-p:EsozSandbox=false</c>) is compiled without it.
/// </summary>
/// <param name="Commands">Commands that only a sandbox has.</param>
/// <param name="Spelled">Converts arguments to the form that the command-line library accepts.</param>
/// <param name="Shown">The reverse, for help.</param>
/// <param name="OpenDatabase">Opens the database under the data directory.</param>
/// <param name="FindDatabase">Whether there is a database under a data directory, and how to reach it if it is running. Changes
/// nothing.</param>
/// <param name="LoadDemo">Fills an empty registry with the demo; false if it holds other data.</param>
/// <param name="WelcomeToDemo">Issues credentials, gives them and the examples to the developer portal, writes them to the data directory,
/// and returns a welcome with both, the examples only on request.</param>
/// <param name="Pages">Pages of a server in sandbox mode.</param>
internal sealed record Sandbox(
    IReadOnlyList<Command> Commands,
    Func<string[], string[]> Spelled,
    Func<string, string> Shown,
    Func<Settings, CancellationToken, Task<LocalDatabase>> OpenDatabase,
    Func<string, (bool Exists, string? ConnectionString)> FindDatabase,
    Func<PostgresDatabase, CancellationToken, Task<bool>> LoadDemo,
    Func<Installation, Demonstration, Uri, bool, CancellationToken, Task<string>> WelcomeToDemo,
    Func<IReadOnlyList<PageRoute>> Pages)
{
    /// <summary>Null in a production build.</summary>
#if SANDBOX
    public static Sandbox? Parts { get; } =
        new(
            [GenerateCommand.Create(), SignCommand.Create(), DemoCommand.Create()],
            SignCommand.Spelled,
            SignCommand.Shown,
            async (settings, ct) =>
            (await LocalCluster.Open(settings.DataDirectory, settings.PostgresPrograms, Console.Error, ct)).AsDatabase(),
            LocalCluster.Find,
            DemoRegistry.Load,
            async (installation, demonstration, server, withExamples, ct) =>
            {
                await DemoOperator.Grant(installation, ct);
                var session = await DemoSession.Open(installation.Settings, installation.Database, ct);
                demonstration.Show(session.Access(DateTimeOffset.UtcNow));
                var files = await session.Write(installation.Settings.DataDirectory, server, ct);
                return session.Welcome(server, DemoMis.Path, files, withExamples);
            },
            DemoMis.Pages);
#else
    public static Sandbox? Parts => null;
#endif
}
