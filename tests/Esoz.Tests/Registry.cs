using System.Net.Http.Headers;
using System.Text;
using Esoz.Diagnosis;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Esoz.Tests;

/// <summary>
/// The real server over HTTP on a separate database, one per test class that requests it. A class that needs other settings or roles
/// derives from it.
/// </summary>
public class Registry(TestCluster cluster) : IAsyncLifetime
{
    private Installation? _installation;
    private WebApplication? _server;

    public TestClock Clock { get; } = new();

    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("esoz-registry-").FullName;

    public string ConnectionString { get; private set; } = "";

    public virtual PostgresDatabase Database => _installation!.Database;

    public Settings Settings => _installation!.Settings;

    public IServiceProvider Services => _server!.Services;

    /// <summary>Base address of the running server.</summary>
    public Uri Url => new(_server!.Urls.Single());

    public HttpClient Http { get; private set; } = new();

    public Given Given => new(this);

    public Registrar Registrar => new(Database);

    /// <summary>Lines that the server logged, request ids included.</summary>
    public LogLines Log { get; } = new();

    /// <summary>Parts of the program that run; background work is off unless a class enables it.</summary>
    protected virtual Roles Roles => Roles.Api | Roles.Web;

    /// <summary>The lowest level that is logged.</summary>
    protected virtual LogLevel MinimumLevel => LogLevel.Information;

    /// <summary>Pages beside those of the program.</summary>
    protected virtual IReadOnlyList<PageRoute> MorePages => [];

    /// <summary>The listener.</summary>
    protected virtual string Listener => "http://127.0.0.1:0";

    /// <summary>Settings beyond the defaults.</summary>
    protected virtual Dictionary<string, string> Configuration => [];

    /// <summary>Options of the connection beyond the defaults, such as <c>;Command Timeout=3</c>.</summary>
    protected virtual string ConnectionOptions => "";

    /// <summary>Connection string of the database that the class works on.</summary>
    protected virtual Task<string> NewDatabase() => cluster.CreateDatabase();

    /// <summary>Prepares the database before the server starts for the first time.</summary>
    protected virtual Task BeforeStart() => Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await NewDatabase() + ConnectionOptions;
        await BeforeStart();
        await StartServer();
    }

    public async ValueTask DisposeAsync()
    {
        if (Roles.HasFlag(Roles.Worker))
            await Compositions.DeclaredJobErrors.Hold(this);
        await StopServer();
        Directory.Delete(DataDirectory, recursive: true);
        GC.SuppressFinalize(this);
    }

    public async Task StartServer()
    {
        var configuration = new Dictionary<string, string>(Configuration)
        {
            ["ESOZ_DATABASE"] = ConnectionString,
            ["ESOZ_DATA_DIR"] = DataDirectory,
        };
        // A busy machine may need long for what a test makes wait.
        configuration.TryAdd("ESOZ_LOCK_TIMEOUT_SECONDS", "60");
        var settings = Settings.Read(configuration);
        _installation = await Installation.Open(settings, openLocal: null, CancellationToken.None);
        _server = Server.Build(_installation, Roles, [Listener], Clock, logging =>
            logging.SetMinimumLevel(MinimumLevel).AddFilter("Microsoft", LogLevel.Warning).AddProvider(Log), MorePages,
            ServerFindings.Of);
        await _server.StartAsync();
        Http = new HttpClient(
            new DeclaredRefusals(Services) { InnerHandler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false } })
        {
            BaseAddress = Url,
        };
    }

    public async Task StopServer()
    {
        Http.Dispose();
        await _server!.StopAsync();
        await _server.DisposeAsync();
        await _installation!.DisposeAsync();
    }

    /// <summary>Routes of the running server that are not of pages: path template and card.</summary>
    public IEnumerable<(string? Path, MethodCard? Card)> Routes() => Endpoints
        .Where(endpoint => endpoint.Metadata.GetMetadata<PageRoute>() is null)
        .Select(endpoint => ((endpoint as RouteEndpoint)?.RoutePattern.RawText, endpoint.Metadata.GetMetadata<MethodCard>()));

    /// <summary>Pages of the running server.</summary>
    public IEnumerable<PageRoute> Pages() => Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<PageRoute>()).OfType<PageRoute>();

    private IReadOnlyList<Endpoint> Endpoints => Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>Sends a request as a client would; <paramref name="body"/> is JSON text.</summary>
    public async Task<Answer> Send(
        string verb, string path, Credential? credential = null, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(Url, path));
        if (credential?.Token is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (credential?.ApiKey is { } key)
            request.Headers.Add("api-key", key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request);
        return await Answer.Of(response);
    }

    /// <summary>First column of the first row.</summary>
    public async Task<T> Scalar<T>(string sql, params object?[] values)
    {
        await using var command = Database.Command(sql, values);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<int> Execute(string sql, params object?[] values)
    {
        await using var command = Database.Command(sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Returns when a statement of this database waits for a lock held by another one.</summary>
    public Task WaitForBlockedQuery() => Eventually.Holds(
        async () => await Scalar<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0,
        () => "Nobody waits for a lock.");

    /// <summary>Column names and values of every row, as JSON would show them.</summary>
    public async Task<List<Dictionary<string, object?>>> Rows(string sql, params object?[] values)
    {
        await using var command = Database.Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Dictionary<string, object?>>();
        while (await reader.ReadAsync())
            rows.Add(
                Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, i => reader.IsDBNull(i) ? null : reader.GetValue(i)));
        return rows;
    }
}

/// <summary>Credentials that a client sends.</summary>
public sealed record Credential(string? Token = null, string? ApiKey = null);
