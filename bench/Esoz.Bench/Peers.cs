using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Esoz.Bench;

/// <summary>
/// What a team would build instead of the program (bench/peers): the same methods on the same database, by ASP.NET Core with EF Core or
/// Dapper, and by Node.js with Fastify and pg. Each must give the program's answers, or it is not measured.
/// </summary>
public static partial class Peers
{
    /// <summary>Builds them; Node.js is left out where it is not installed.</summary>
    public static async Task<IReadOnlyList<Peer>> Build(BenchInstallation installation)
    {
        var connection = installation.Connection;
        var aspnet = Path.Combine(SourceTree.Root, "obj/peers/aspnet");
        await Tool.Run("dotnet", ["build", Path.Combine(SourceTree.Root, "bench/peers/aspnet"), "-c", "Release", "-v", "q", "-nodeReuse:false", "-o", aspnet]);
        List<Peer> peers =
        [
            new("ASP.NET Core, EF Core", Path.Combine(aspnet, "Peer"), url => ["ef", url, connection.ConnectionString]),
            new("ASP.NET Core, Dapper", Path.Combine(aspnet, "Peer"), url => ["dapper", url, connection.ConnectionString]),
        ];
        if (!Tool.IsInstalled("node") || !Tool.IsInstalled("npm"))
        {
            await Console.Error.WriteLineAsync("Node.js is not installed: without Fastify.");
            return peers;
        }
        var fastify = Path.Combine(SourceTree.Root, "obj/peers/fastify");
        Directory.CreateDirectory(fastify);
        foreach (var file in new[] { "package.json", "server.js" })
            File.Copy(Path.Combine(SourceTree.Root, "bench/peers/fastify", file), Path.Combine(fastify, file), overwrite: true);
        await Tool.Run("npm", ["install", "--prefix", fastify, "--no-audit", "--no-fund", "--loglevel=error"]);
        peers.Add(new("Node.js, Fastify, pg", "node", url =>
            [Path.Combine(fastify, "server.js"), url, connection.Host!, $"{connection.Port}", connection.Username!, connection.Database!]));
        return peers;
    }

    /// <summary>Asks the program and every peer for the same.</summary>
    /// <param name="sample">A request of the benchmark by its number; each number is used once.</param>
    /// <exception cref="InvalidOperationException">One of them answers otherwise than the program.</exception>
    public static async Task Check(IReadOnlyList<Peer> peers, Func<string, int, HttpRequestMessage> sample)
    {
        using var http = new HttpClient();
        var number = 0;
        var expected = await Answer(http, sample(BenchInstallation.Url, number++));
        foreach (var peer in peers)
        {
            using var running = await peer.Start();
            var answer = await Answer(http, sample(running.Url, number++));
            if (answer != expected)
                throw new InvalidOperationException($"{peer.Name} answers\n{answer}\ninstead of\n{expected}");
        }
    }

    /// <summary>Status and body, without what differs from call to call: ids, times, the address.</summary>
    private static async Task<string> Answer(HttpClient http, HttpRequestMessage request)
    {
        using var answer = await http.SendAsync(request);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        if (body["meta"] is JsonObject meta)
            (meta["url"], meta["request_id"]) = ("…", "…");
        return $"{(int)answer.StatusCode} {Time().Replace(Id().Replace(body.ToJsonString(), "(id)"), "(time)")}";
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Id();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Time();
}

/// <summary>One of them.</summary>
/// <param name="Arguments">Of its program, for the URL at which it listens.</param>
public sealed record Peer(string Name, string Program, Func<string, IReadOnlyList<string>> Arguments)
{
    /// <summary>Requests per second. It runs for this alone: the connections of all would be too many for one database.</summary>
    /// <param name="refill">Loads fresh data.</param>
    public async Task<double> Measure(Wrk wrk, Func<Task> refill)
    {
        using var running = await Start();
        await refill();
        await wrk.Run(running.Url);
        await refill();
        return (await wrk.Run(running.Url)).RequestsPerSecond;
    }

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task<RunningPeer> Start()
    {
        var url = BenchInstallation.FreeUrl();
        var process = Process.Start(Program, Arguments(url));
        using var http = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var any = await http.GetAsync(new Uri(url));
                return new(url, process);
            }
            catch (HttpRequestException) when (attempt < 300 && !process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }
}

/// <summary>A peer that answers at an address.</summary>
public sealed record RunningPeer(string Url, Process Process) : IDisposable
{
    public void Dispose()
    {
        Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
    }
}
