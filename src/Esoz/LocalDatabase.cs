namespace Esoz;

/// <summary>A database that the program runs itself if none is configured. Only a sandbox has one.</summary>
/// <param name="ConnectionString">Connection string for Npgsql.</param>
/// <param name="Watch">Used by a server: creates the service that restarts the database when it dies.</param>
/// <param name="Close">Releases the database; the last user stops it.</param>
public sealed record LocalDatabase(string ConnectionString, Func<IServiceProvider, IHostedService> Watch, Func<ValueTask> Close);
