namespace Esoz.OperatorConsole;

/// <summary>What the screens are made of.</summary>
public static class ConsoleServices
{
    public static void AddConsole(this IServiceCollection services, MethodBook methods, ProviderOptions provider, bool isBehindTls)
    {
        services.AddSingleton(methods);
        services.AddSingleton(provider);
        if (provider.IsSet)
            services.AddProviderHandler(provider, isBehindTls);
        services.AddSingleton<ConsoleSessions>();
        services.AddSingleton<ConsoleSignIn>();
        services.AddSingleton<ProviderSignIn>();
        services.AddSingleton<Confirmation>();
        services.AddSingleton<RememberedFigures>();
        services.AddSingleton<BackgroundActions>();
        services.AddHostedService(provider => provider.GetRequiredService<BackgroundActions>());
    }

    /// <summary>The database for changes of this request: the audit log ascribes them to the user of the session.</summary>
    public static PostgresDatabase By(this PostgresDatabase database, ConsoleSession session, HttpContext context) =>
        database.By(session.UserId, Origin.Of(context));
}
