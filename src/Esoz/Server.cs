using System.Diagnostics.Metrics;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.Compositions;
using Esoz.Dictionaries;
using Esoz.MediaStorage;
using Esoz.OperatorConsole;
using Esoz.Pages;
using Esoz.Platform.Access;
using Esoz.Platform.Audit;
using Esoz.Platform.Configuration;
using Esoz.Platform.Health;
using Esoz.Platform.Jobs;
using Esoz.Platform.Journal;
using Esoz.Platform.Mail;
using Esoz.Platform.RollUp;
using Esoz.Platform.Scheduling;
using Esoz.Platform.Signatures;
using Esoz.Platform.Reconciling;
using Esoz.Platform.Storage;
using Esoz.Platform.Telemetry;
using Esoz.Portal;
using Esoz.SignIn;
using Esoz.SignIn.Browser;
using Microsoft.AspNetCore.HttpOverrides;
using OpenTelemetry.Metrics;

namespace Esoz;

/// <summary>Roles of the program that one process can have.</summary>
[Flags]
public enum Roles
{
    None = 0,
    /// <summary>Answers requests.</summary>
    Api = 1,
    /// <summary>Executes background tasks.</summary>
    Worker = 2,
    /// <summary>Starts scheduled jobs.</summary>
    Scheduler = 4,
    /// <summary>Serves the pages for people beside those of sign-in: the operator's console.</summary>
    Web = 8,
    All = Api | Worker | Scheduler | Web,
}

/// <summary>The program as a web server: its services and the request pipeline.</summary>
public static class Server
{
    /// <summary>Roles that a read-only node may have.</summary>
    public const Roles ReadingRoles = Roles.Api | Roles.Web;

    /// <param name="installation">Settings and database, open for as long as the server runs.</param>
    /// <param name="roles">Of a read-only node: of <see cref="ReadingRoles"/>.</param>
    /// <param name="urls">Listeners, e.g. http://127.0.0.1:5080; port 0 selects a free one.</param>
    /// <param name="morePages">Pages beside <see cref="WebPages"/>: those of a sandbox.</param>
    /// <param name="check">What the console says of the state of the server, from its services; null = nothing.</param>
    public static WebApplication Build(
        Installation installation, Roles roles, IEnumerable<string> urls, TimeProvider clock, Action<ILoggingBuilder> logging,
        IReadOnlyList<PageRoute>? morePages = null, Func<IServiceProvider, CancellationToken, Task<IReadOnlyList<Finding>>>? check = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging(builder.Logging);
        IReadOnlyList<string> listeners = [.. urls];
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listeners.Configure(kestrel, installation.Settings, listeners));
        AddServices(builder.Services, installation, clock);
        builder.Services.AddSingleton(provider => StateOf(provider, installation.Settings, check));
        AddBackgroundWork(builder.Services, installation, roles);
        var server = builder.Build();
        if (!installation.Settings.Signatures.Enabled)
            server.Logger.LogWarning(
                "DIGITAL_SIGNATURE_ENABLED is false: plain JSON is accepted as signed content and no signature is verified. For tests only.");
        MalformedRequests.Watch(server.Services);
        Observe(server.Services, installation.Settings, roles);
        UsePipeline(server, installation.Settings, roles, morePages ?? []);
        return server;
    }

    /// <summary>Creates what only metrics are read from.</summary>
    private static void Observe(IServiceProvider services, Settings settings, Roles roles)
    {
        var directories = new Dictionary<string, string> { ["data"] = settings.DataDirectory };
        if (settings.Storage.Backend == StorageBackend.FileSystem)
            directories["objects"] = settings.Storage.Root;
        var names = roles.ToString().Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        _ = new ProgramMetrics(names, settings.IsReadOnly, directories, services.GetRequiredService<IMeterFactory>());
        services.GetRequiredService<TrustMetrics>();
    }

    private static void AddServices(IServiceCollection services, Installation installation, TimeProvider clock)
    {
        var settings = installation.Settings;
        services.AddRouting();
        // Ukrainian letters stay letters in HTML.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddSingleton(settings);
        services.AddSingleton(installation.Database);
        services.AddReadReplica(installation);
        services.AddSingleton(clock);
        services.AddSingleton(Listeners.PublicUrl(settings));
        if (settings.Tls.CertificateFile is not null)
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ServerCertificate>(provider, settings.Tls));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<TransferWatch>(provider, settings.StalledReaderPatience));
        services.AddCors();
        services.AddSingleton(provider =>
            new Credentials(provider.GetRequiredService<ReadReplica>(), clock, settings.CredentialCacheLifetime));
        services.AddSingleton(new RateLimits(settings.RateLimits, clock));
        services.AddSingleton(_ => new ConcurrencyLimit(settings.MaxClientRequests));
        services.AddSingleton(settings.Journal);
        services.AddSingleton<AccessJournal>();
        services.AddSingleton(new BodyLimits(settings.BodyPatience));
        services.AddSingleton(settings.RollUp);
        services.AddSingleton<RequestCounter>();
        services.AddSingleton<ClientMetrics>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SlowRequests>(provider, settings.SlowRequest));
        services.AddSingleton<RollUpTable>();
        services.AddMetricsExport();
        services.AddTraceExport(settings.Telemetry);
        services.AddSingleton<Draining>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Readiness>(provider, settings.IsReadOnly));
        services.AddHostedService<HealthMetrics>();
        services.AddHostedService<DatabaseMetrics>();
        AddDependencies(services, installation);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.DrainTime);
        // Tasks that do not end in time are released while there is still time to record it.
        services.AddSingleton(settings.Jobs with { Drain = settings.DrainTime * 0.7 });
        services.AddSingleton<JobTable>();
        services.AddSingleton(settings.Links);
        services.AddSingleton<OneTimeLinks>();
        services.AddSingleton<Users>();
        services.AddSingleton<WakeUp>();
        services.AddSingleton(settings.Employees);
        services.AddSingleton(settings.EmployeeRoles);
        services.AddSingleton(settings.HealthcareServices);
        services.AddSingleton(settings.Events);
        services.AddSingleton(settings.Connections);
        services.AddSingleton(settings.Tokens);
        services.AddSingleton(_ => InstallationKey.OfSignIn(settings));
        services.AddSignIn(settings.SignIn, settings.SecondFactor);
        services.AddSingleton<Demonstration>();
        services.AddSingleton<Walks>();
        services.AddSingleton(new PortalOptions(settings.Mode == Mode.Sandbox));
        services.AddSingleton(provider => new Reference(Methods.Served(settings), () => OpenApi.Document(
            Methods.Served(settings), ApiDocument.Parts, provider.GetRequiredService<PublicUrl>(), BuildVersion.Number)));
        services.AddSingleton<SignInSessions>();
        services.AddSingleton<SignInFlow>();
        services.AddConsole(new(Methods.All), settings.Provider,
            isBehindTls: settings.PublicBaseUrl.StartsWith("https:", StringComparison.Ordinal));
        services.AddSingleton(provider => SealedLogs.Sealer(settings, installation.Database, provider.GetRequiredService<IObjectStore>(),
            provider.GetRequiredService<ILogger<SealAudit>>(), new(provider.GetRequiredService<IMeterFactory>())));
        services.AddSingleton(provider =>
            SealedLogs.Proofs(settings, installation.Database, provider.GetRequiredService<IObjectStore>()));
        services.AddSingleton<DictionaryCodes>();
        services.AddSingleton<AsyncJobs>();
        services.AddSingleton(settings.Compositions);
        services.AddSingleton(settings.Signatures);
        services.AddSingleton(provider =>
            new TrustDirectory(settings.Signatures.TrustPath, clock, provider.GetRequiredService<ILogger<TrustDirectory>>(),
                TestAnchors.Refused(settings)));
        services.AddSingleton<SignatureCheck>();
        services.AddSingleton<TrustMetrics>();
        services.AddSingleton(
            provider => ActivatorUtilities.CreateInstance<CompositionSignatures>(provider, settings.Buckets.Compositions));
        AddStorage(services, settings, clock);
        services.AddBulkExport(settings.Bulk, settings.Buckets.BulkActions, settings.DataDirectory);
    }

    /// <summary>The databases, without which a node cannot answer; a read-only node goes on with one of the two.</summary>
    private static void AddDependencies(IServiceCollection services, Installation installation)
    {
        var isReadOnly = installation.Settings.IsReadOnly;
        services.AddSingleton(new Dependency("database", Primary) { IsRequired = !isReadOnly });
        if (!isReadOnly)
            return;
        services.AddSingleton(provider => new Dependency(
            "read replica", _ => Task.FromResult(provider.GetRequiredService<ReadReplica>().Fault))
        {
            IsRequired = false,
        });
        services.AddSingleton(provider => new Dependency("reads", ct => provider.GetRequiredService<ReadReplica>().IsOutage
            ? Installation.Migrations.Fault(installation.Replica!.Probe, ct) : Primary(ct)));

        async Task<string?> Primary(CancellationToken ct) => await Writability.Fault(installation.Database.Probe, ct)
            ?? await Installation.Migrations.Fault(installation.Database.Probe, ct);
    }

    /// <summary>What the console shows of the program.</summary>
    private static ProgramState StateOf(
        IServiceProvider services, Settings settings, Func<IServiceProvider, CancellationToken, Task<IReadOnlyList<Finding>>>? check)
    {
        var store = services.GetRequiredService<IObjectStore>();
        return new()
        {
            Check = ct => check is null ? Task.FromResult<IReadOnlyList<Finding>>([]) : check(services, ct),
            LookIntoStore = ct => store.Find(settings.Buckets.BulkActions, ObjectKey.Plain("none"), ct),
            IsStoreEmbedded = settings.Storage.Backend == StorageBackend.FileSystem,
            Settings = [.. from setting in settings.ByName
                        let page = SettingPage.Of(setting.Name)
                        orderby page.Line
                        select new SettingRow(setting, page.Section, page.Default, page.Meaning)],
        };
    }

    /// <summary>Registers the object store and the signer of links.</summary>
    private static void AddStorage(IServiceCollection services, Settings settings, TimeProvider clock)
    {
        services.AddSingleton(settings.Buckets);
        services.AddSingleton(settings.MediaStorage);
        // Created by the container, so that it is disposed with the server.
        services.AddSingleton<IObjectStore>(_ => new TracedStore(settings.Storage.Open(clock)));
        if (settings.Storage.Backend == StorageBackend.S3)
            services.AddSingleton(provider =>
                StoreDependency(provider.GetRequiredService<IObjectStore>(), settings.Buckets.BulkActions, clock));
        services.AddSingleton<StorageLooks>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<StorageLook>(provider, StoredObjects.Of(
            settings, provider.GetRequiredService<PostgresDatabase>(), provider.GetRequiredService<IObjectStore>())));
        services.AddSingleton(_ => settings.MediaStorage.Signer(settings.Storage, settings.DataDirectory));
        services.AddSingleton(provider => (EmbeddedLinkSigner)provider.GetRequiredService<ILinkSigner>());
        services.AddSingleton(provider => new MediaLinks(provider.GetRequiredService<ILinkSigner>(), settings.Buckets.AmbulatoryContracts,
            settings.MediaStorage.LinkLifetime, provider.GetRequiredService<PublicUrl>(), clock));
        services.AddSingleton(provider => new ContractFiles(provider.GetRequiredService<IObjectStore>(),
            settings.Storage.Backend == StorageBackend.FileSystem ? new(settings.Storage.Root, clock) : null,
            settings.Buckets.AmbulatoryContracts, provider.GetRequiredService<PostgresDatabase>(), settings.MediaStorage.MaxObjectBytes,
            settings.MediaStorage.FileTypes));
    }

    /// <summary>
    /// Without the store most methods work, so the server goes on. It is asked at most every ten seconds, however often a probe comes.
    /// </summary>
    private static Dependency StoreDependency(IObjectStore store, Bucket bucket, TimeProvider clock)
    {
        var state = new Remembered<Bucket, string?>(
            TimeSpan.FromSeconds(10), capacity: 1, clock, async asked => (await store.Reach(asked, CancellationToken.None))?.Found);
        return new("object store", ct => state.Find(bucket, ct)) { IsRequired = false };
    }

    /// <summary>Registers the background services, and what only some roles have.</summary>
    private static void AddBackgroundWork(IServiceCollection services, Installation installation, Roles roles)
    {
        if (installation.Settings.ProbeUrls is { Count: > 0 } urls)
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<ProbeListener>(provider, urls));
        if (installation.Local is { } local)
            services.AddSingleton(local.Watch);
        if (roles.HasFlag(Roles.Web))
            services.AddSingleton(PortalPages.Home);
        services.AddHostedService(provider => provider.GetRequiredService<WakeUp>());
        if (installation.Replica is not null)
            services.AddHostedService<ReplicaWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ServedSnapshots>());
        if (roles.HasFlag(Roles.Api) && !installation.Settings.IsReadOnly)
            services.AddHostedService<CompositionConfigurations>();
        services.AddSingleton(provider => new QueueMetrics(Tasks.Types, provider.GetRequiredService<IMeterFactory>()));
        services.AddHostedService<QueueWatch>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RollUpWriter>(
            provider, GaugesOf(provider.GetRequiredService<QueueMetrics>()),
            (Action<IReadOnlyDictionary<Guid, long>>)provider.GetRequiredService<ClientMetrics>().Rank));
        services.AddHostedService(provider => provider.GetRequiredService<RollUpWriter>());
        if (roles.HasFlag(Roles.Worker))
        {
            services.AddSingleton(provider => Tasks.All(installation.Settings, installation.Database,
                provider.GetRequiredService<DictionaryCodes>(), provider.GetRequiredService<CompositionSignatures>()));
            services.AddHostedService<TaskWorker>();
            if (installation.Settings.Mail is { } mail)
            {
                services.AddSingleton(mail);
                services.AddSingleton<Outbox>();
                services.AddSingleton<MailMetrics>();
                services.AddHostedService<MailSender>();
            }
        }
        if (!installation.Settings.IsReadOnly)
            services.AddHostedService(
                provider => ActivatorUtilities.CreateInstance<StorageSweep>(provider, installation.Settings.Buckets.All));
        if (roles.HasFlag(Roles.Scheduler))
        {
            services.AddSingleton<ScheduleMetrics>();
            services.AddHostedService(provider => new Scheduler(Schedules.All(provider), new ScheduledRuns(installation.Database).Claim,
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ScheduleMetrics>(),
                provider.GetRequiredService<ILogger<Scheduler>>()));
        }
    }

    private static Func<IReadOnlyList<QueueGauge>> GaugesOf(QueueMetrics queue) => () =>
        [.. (queue.Latest ?? []).Select(depth => new QueueGauge(depth.Type, depth.Waiting, depth.OldestSeconds))];

    /// <summary>The request pipeline, outermost first.</summary>
    private static void UsePipeline(WebApplication server, Settings settings, Roles roles, IReadOnlyList<PageRoute> morePages)
    {
        server.UseMiddleware<SafeHeaders>(settings.Tls);
        server.UseMiddleware<RequestTarget>();
        if (settings.TrustedProxies.Count > 0)
            server.UseForwardedHeaders(ForwardedBy(settings.TrustedProxies));
        if (settings.ProbeUrls.Count == 0)
        {
            server.UseMiddleware<Probes>();
            server.UseMetrics(server.Services.GetRequiredService<MeterProvider>());
        }
        if (settings.CorsOrigins.Count > 0)
            UseCors(server, settings);
        IReadOnlyList<MethodCard> cards = roles.HasFlag(Roles.Api) ? Methods.Served(settings) : [];
        server.UseMiddleware<OpenApi>(cards, ApiDocument.Parts);
        server.UseMiddleware<DrainingMiddleware>();
        server.UseMiddleware<RequestId>();
        server.UseMiddleware<RequestMetrics>();
        if (settings.Telemetry.Endpoint is not null)
            server.UseMiddleware<RequestSpan>();
        server.UseMiddleware<UnhandledFaults>();
        if (roles.HasFlag(Roles.Api) && settings.Storage.Backend == StorageBackend.FileSystem)
            server.UseMiddleware<MediaLinkRoutes>(settings.Buckets.AmbulatoryContracts,
                new FileSystemStore(settings.Storage.Root, server.Services.GetRequiredService<TimeProvider>()), settings.IsReadOnly);
        server.UseRouting();
        if (settings.IsReadOnly)
            server.UseMiddleware<ReadOnlyNode>();
        server.UseMiddleware<Gateway>();
        server.UseMiddleware<Idempotency>();
        var routing = server.Services.GetRequiredService<ReadRouting>();
        foreach (var card in cards)
            routing.Follow(server.MapMethods(card.Path, card.Verbs, card.Handle).WithMetadata(card), card);
        var faultPage = new FaultPage(Message.Fault);
        foreach (var page in PagesOf(roles, morePages))
            routing.Follow(server.MapMethods(page.Path, page.Verbs, page.Handle).WithMetadata(page, faultPage), page);
    }

    private static IEnumerable<PageRoute> PagesOf(Roles roles, IReadOnlyList<PageRoute> morePages) =>
    [
        .. roles.HasFlag(Roles.Api) || roles.HasFlag(Roles.Web) ? WebPages.Shared : [],
        .. roles.HasFlag(Roles.Api) ? WebPages.SignIn.Concat(morePages) : [],
        .. roles.HasFlag(Roles.Web) ? WebPages.Web : [],
    ];

    private static ForwardedHeadersOptions ForwardedBy(IReadOnlyList<System.Net.IPNetwork> proxies)
    {
        var options = new ForwardedHeadersOptions
        {
            // Of a list of addresses the last one, which the proxy itself has added.
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
        };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in proxies)
            options.KnownIPNetworks.Add(proxy);
        return options;
    }

    /// <summary>
    /// What pages of other origins may use: links of the embedded store, whose signature is the permission, and the OpenAPI document. The
    /// methods under <c>/api</c> are for programs of servers.
    /// </summary>
    private static void UseCors(WebApplication server, Settings settings)
    {
        var media = settings.Storage.Backend == StorageBackend.FileSystem ? new MediaAddress(settings.MediaStorage.PublicUrl) : null;
        server.UseWhen(
            context => context.Request.Path == OpenApi.Path || media?.Locate(context) is not null,
            covered => covered.UseCors(policy => policy
                .WithOrigins([.. settings.CorsOrigins])
                .WithMethods("GET", "HEAD", "PUT")
                .AllowAnyHeader()
                .WithExposedHeaders("ETag", "Content-Length", "Content-Range", "Content-Disposition", "Accept-Ranges", "Last-Modified",
                    RequestId.Header)
                .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
    }
}
