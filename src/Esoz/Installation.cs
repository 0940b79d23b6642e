using Esoz.Platform.Database;

namespace Esoz;

/// <summary>
/// What a command works on: the settings and the database, which is the configured one or the private cluster under the data
/// directory (started when nobody runs it, shared when <c>serve</c> does).
/// </summary>
public sealed class Installation : IAsyncDisposable
{
    /// <summary>The schema of the registry: <c>db/*.sql</c>.</summary>
    public static Migrations Migrations { get; } = new(typeof(Installation).Assembly);

    private Installation(Settings settings, LocalCluster? cluster, PostgresDatabase database) =>
        (Settings, Cluster, Database) = (settings, cluster, database);

    public Settings Settings { get; }

    /// <summary>Null when a database is configured.</summary>
    public LocalCluster? Cluster { get; }

    public PostgresDatabase Database { get; }

    /// <summary>Opens the database and brings its schema up to date.</summary>
    public static async Task<Installation> OpenAsync(Settings settings, CancellationToken ct)
    {
        var cluster = settings.Database.Length > 0 ? null : await LocalCluster.OpenAsync(settings.DataDirectory, Console.Error, ct);
        var database = new PostgresDatabase(cluster?.ConnectionString ?? settings.Database);
        var installation = new Installation(settings, cluster, database);
        try
        {
            foreach (var name in await Migrations.ApplyAsync(database.Source, ct))
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
        if (Cluster is not null)
            await Cluster.DisposeAsync();
    }
}
