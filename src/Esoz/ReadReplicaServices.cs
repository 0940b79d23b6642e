using System.Diagnostics.Metrics;

namespace Esoz;

/// <summary>Registers the read replica, for the server and the commands; without one everything is read from the primary.</summary>
public static class ReadReplicaServices
{
    public static IServiceCollection AddReadReplica(this IServiceCollection services, Installation installation) => services
        .AddMetrics()
        .AddSingleton(provider => new ReadReplica(installation.Database, installation.Replica, installation.Settings.ReadReplica,
            provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<ILogger<ReadReplica>>()))
        .AddSingleton<RecentChanges>()
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<ReadRouting>(provider, installation.Settings.IsReadOnly));
}
