using Esoz.Platform.Configuration;
using Esoz.Platform.Database;

namespace Esoz;

/// <summary>
/// Environment of a command: the settings and the database, which is the configured one or, in a sandbox, a local one in the data directory
/// (started if it is not running, shared if <c>serve</c> runs it).
/// </summary>
public sealed class Installation : IAsyncDisposable
{
    /// <summary>The schema of the registry: <c>db/*.sql</c>.</summary>
    public static Migrations Migrations { get; } = new(typeof(Installation).Assembly);

    private Installation(Settings settings, LocalDatabase? local, PostgresDatabase database) =>
        (Settings, Local, Database) = (settings, local, database);

    public Settings Settings { get; }

    /// <summary>Null when a database is configured.</summary>
    public LocalDatabase? Local { get; }

    public PostgresDatabase Database { get; }

    /// <summary>Opens the database and brings its schema up to date.</summary>
    /// <param name="openLocal">Opens the database in the data directory, if none is configured.</param>
    public static async Task<Installation> Open(
        Settings settings, Func<Settings, CancellationToken, Task<LocalDatabase>>? openLocal, CancellationToken ct)
    {
        var local = settings.Database.Length > 0 ? null
            : openLocal is null
            ? throw new SettingsException(["ESOZ_DATABASE is not set, and this program was built without the local database."])
            : await openLocal(settings, ct);
        var database = new PostgresDatabase(local?.ConnectionString ?? settings.Database, settings.DatabaseOptions);
        var installation = new Installation(settings, local, database);
        try
        {
            await database.RequireSessions(ct);
            foreach (var name in await Migrations.Apply(database.Sessions, Console.Error.WriteLine, ct))
                await Console.Error.WriteLineAsync($"Applied {name}");
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (Local is not null)
            await Local.Close();
    }
}
