using Esoz.Platform.Configuration;
using Npgsql;

namespace Esoz;

/// <summary>
/// Environment of a command: the settings and the database, which is the configured one or, in a sandbox, a local one in the data directory
/// (started if it is not running, shared if <c>serve</c> runs it).
/// </summary>
public sealed class Installation : IAsyncDisposable
{
    /// <summary>The schema of the registry: <c>db/*.sql</c>.</summary>
    public static Migrations Migrations { get; } = new(typeof(Installation).Assembly);

    private readonly string _owner;

    private Installation(Settings settings, LocalDatabase? local, PostgresDatabase database, string owner) =>
        (Settings, Local, Database, _owner, Replica) = (settings, local, database, owner, settings.ReadDatabase.Length == 0 ? null
            : new(settings.ReadDatabase, settings.DatabaseOptions with { Direct = null }, "esoz-replica"));

    public Settings Settings { get; }

    /// <summary>Null when a database is configured.</summary>
    public LocalDatabase? Local { get; }

    public PostgresDatabase Database { get; }

    /// <summary>The standby for reads that may lag; null when none is configured. It need not answer.</summary>
    public PostgresDatabase? Replica { get; }

    /// <summary>The database as the owner of the schema, for what the role of the server must not do; the caller disposes of it.</summary>
    public PostgresDatabase OpenAsOwner() => new(_owner);

    /// <summary>
    /// Opens the database and brings its schema up to date, as the owner of the schema where its connection string is known.
    /// </summary>
    /// <param name="openLocal">Opens the database in the data directory, if none is configured.</param>
    /// <param name="isServer">
    /// The database is then opened as the role of the server, which cannot change the audit log (docs/adr/0032); otherwise as the owner. A
    /// read-only server leaves the schema as it is.
    /// </param>
    public static async Task<Installation> Open(
        Settings settings, Func<Settings, CancellationToken, Task<LocalDatabase>>? openLocal, CancellationToken ct, bool isServer = false)
    {
        var local = settings.Database.Length > 0 ? null
            : openLocal is null
            ? throw new SettingsException(["ESOZ_DATABASE is not set, and this program was built without the local database."])
            : await openLocal(settings, ct);
        var ownerString = local?.ConnectionString ?? settings.OwnerDatabase;
        var serverString = local?.ServerConnectionString ?? settings.Database;
        if (ownerString.Length == 0)
            ownerString = serverString;
        var options = settings.DatabaseOptions;
        // ESOZ_DATABASE_DIRECT is a way for the role of ESOZ_DATABASE.
        var owner = new PostgresDatabase(ownerString, ownerString == serverString ? options : options with { Direct = null });
        var database = isServer && serverString != ownerString ? new PostgresDatabase(serverString, options) : owner;
        var installation = new Installation(settings, local, database, ownerString);
        try
        {
            await database.RequireSessions(ct);
            if (isServer && settings.IsReadOnly)
                return installation;
            foreach (var name in await Migrations.Apply(owner.Sessions, Console.Error.WriteLine, ct))
                await Console.Error.WriteLineAsync($"Applied {name}");
            if (serverString != ownerString)
                await Grant(owner, "grant_runtime", new NpgsqlConnectionStringBuilder(serverString).Username!, ct);
            if (local is not null)
            {
                await Grant(owner, "grant_reader", local.Reader, ct);
                await Grant(owner, "grant_auditor", local.Auditor, ct);
            }
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
        finally
        {
            if (owner != database)
                await owner.DisposeAsync();
        }
    }

    /// <summary>Grants a role its rights unless it has them; migrations renew them.</summary>
    private static async Task Grant(PostgresDatabase owner, string function, string role, CancellationToken ct)
    {
        await using var connection = await owner.OpenSession(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Two nodes that grant at the same time would disturb each other.
        await connection.Execute("SELECT pg_advisory_xact_lock(hashtext('esoz.grants'))", ct);
        await PostgresDatabase.Command(connection, $"""
            SELECT {function}(oid::regrole) FROM pg_roles
             WHERE rolname = $1 AND NOT has_schema_privilege(oid, 'esoz', 'USAGE')
            """, role).Execute(ct);
        await transaction.CommitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (Replica is not null)
            await Replica.DisposeAsync();
        await Database.DisposeAsync();
        if (Local is not null)
            await Local.Close();
    }
}
