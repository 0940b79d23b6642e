namespace Esoz;

/// <summary>A database that the program runs itself while none is configured. Only a sandbox has one.</summary>
/// <param name="ConnectionString">How Npgsql reaches it.</param>
/// <param name="Watch">Made by a server: starts the database again when it dies.</param>
/// <param name="Close">Lets go of the database; its last user stops it.</param>
public sealed record LocalDatabase(string ConnectionString, Func<IServiceProvider, IHostedService> Watch, Func<ValueTask> Close);
