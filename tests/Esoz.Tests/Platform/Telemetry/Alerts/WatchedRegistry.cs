using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Esoz.Tests.Cli;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Platform.Telemetry.Alerts;

/// <summary>What tests of alerts work on: a production registry on a cluster of its own, and an address for the probes of a node.</summary>
public abstract class WatchedRegistry : IAsyncLifetime
{
    protected WatchedRegistry() => Registry = new(Cluster);

    /// <summary>It may be killed.</summary>
    protected TestCluster Cluster { get; } = new();

    /// <summary>For its rows; Prometheus does not know of it.</summary>
    protected Registry Registry { get; }

    protected HttpClient Http { get; } = new();

    /// <summary>Address of the probes of a node with <see cref="Settings"/>.</summary>
    protected string Probes { get; } = FreeUrl();

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Of a node.</summary>
    protected Dictionary<string, string> Settings => new(EsozProcess.Production(Registry.ConnectionString, Registry.DataDirectory))
    {
        ["ESOZ_PROBE_URLS"] = Probes,
    };

    public virtual async ValueTask InitializeAsync()
    {
        Prometheus.Program();
        await Registry.InitializeAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        await Registry.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    /// <summary>Sends a request; what is answered the alerts say.</summary>
    protected async Task Ask(Uri node, Credential token, string verb, string path)
    {
        using var request = new HttpRequestMessage(new(verb), new Uri(node, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        using var answer = await Http.SendAsync(request, Ct);
    }

    /// <summary>Carries out a command.</summary>
    protected static async Task Done(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var (exit, output, errors) = await EsozProgram.Run(settings, arguments);
        Assert.True(exit == 0, output + errors);
    }

    protected static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return string.Create(CultureInfo.InvariantCulture, $"http://{listener.LocalEndpoint}");
    }
}
