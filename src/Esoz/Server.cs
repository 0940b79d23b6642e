using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Microsoft.AspNetCore.HttpOverrides;

namespace Esoz;

/// <summary>Parts of the program that one process can play.</summary>
[Flags]
public enum Roles
{
    None = 0,
    /// <summary>Answers requests.</summary>
    Api = 1,
    /// <summary>Carries out background tasks.</summary>
    Worker = 2,
    /// <summary>Starts what is due by the clock.</summary>
    Scheduler = 4,
    All = Api | Worker | Scheduler,
}

/// <summary>The program as a web server: what its parts are made of and the way of a request through them.</summary>
public static class Server
{
    /// <param name="settings">Read once, at the start.</param>
    /// <param name="database">Migrated already.</param>
    /// <param name="urls">Listeners, e.g. http://127.0.0.1:5080; port 0 takes a free one.</param>
    public static WebApplication Build(Settings settings, PostgresDatabase database, IEnumerable<string> urls, TimeProvider clock, Action<ILoggingBuilder> logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The gateway bounds bodies per method and answers in the family's envelope.
            kestrel.Limits.MaxRequestBodySize = null;
        }).UseUrls([.. urls]);
        AddServices(builder.Services, settings, database, clock);
        var server = builder.Build();
        UsePipeline(server, settings);
        return server;
    }

    private static void AddServices(IServiceCollection services, Settings settings, PostgresDatabase database, TimeProvider clock)
    {
        services.AddRouting();
        services.AddSingleton(settings);
        services.AddSingleton(database);
        services.AddSingleton(clock);
        services.AddSingleton(new PublicUrl(settings.PublicBaseUrl));
        services.AddSingleton(new Credentials(database, clock, settings.CredentialCacheLifetime));
        services.AddSingleton(new RateLimits(settings.RateLimits, clock));
    }

    /// <summary>The way of a request, from outside in.</summary>
    private static void UsePipeline(WebApplication server, Settings settings)
    {
        if (settings.TrustedProxies.Count > 0)
            server.UseForwardedHeaders(ForwardedBy(settings.TrustedProxies));
        server.UseMiddleware<RequestId>();
        server.UseMiddleware<Faults>();
        server.UseRouting();
        server.UseMiddleware<Gateway>();
        foreach (var card in Methods.All)
            server.MapMethods(card.Path, card.Verbs, card.Handle).WithMetadata(card);
    }

    private static ForwardedHeadersOptions ForwardedBy(IReadOnlyList<System.Net.IPAddress> proxies)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in proxies)
            options.KnownProxies.Add(proxy);
        return options;
    }
}
