namespace Esoz;

/// <summary>A database that the program runs itself if none is configured. Only a sandbox has one.</summary>
/// <param name="ConnectionString">Connection string for Npgsql, as the owner of the schema.</param>
/// <param name="ServerConnectionString">The same as the role of the server.</param>
/// <param name="Reader">Role that may read the registry.</param>
/// <param name="Auditor">Role that may read the logs.</param>
/// <param name="Watch">Used by a server: creates the service that restarts the database when it dies.</param>
/// <param name="Close">Releases the database; the last user stops it.</param>
public sealed record LocalDatabase(string ConnectionString, string ServerConnectionString, string Reader, string Auditor,
    Func<IServiceProvider, IHostedService> Watch, Func<ValueTask> Close);
