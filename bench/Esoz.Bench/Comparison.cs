using static System.FormattableString;


namespace Esoz.Bench;

/// <summary>
/// Compares the program with its floor: alternating rounds of both on the same machine, database and data, so that drift affects both;
/// prints the medians and their ratio.
/// </summary>
/// <param name="Name">As typed after <c>./esoz bench</c>.</param>
/// <param name="Prepare">Loads the permanent data; returns what the load generators need.</param>
/// <param name="Refill">Loads fresh data before every measurement; gets the number of rows that a measurement can consume.</param>
public sealed record Comparison(
    string Name,
    string Program,
    string Floor,
    double Target,
    Func<BenchInstallation, Task<Subjects>> Prepare,
    Func<BenchInstallation, int, Task> Refill)
{
    /// <summary>More than either side can consume per second on the machines used.</summary>
    private const int RowsPerSecond = 25_000;

    public async Task Run(BenchInstallation installation, Load load)
    {
        await Print("Preparing data …");
        var subjects = await Prepare(installation);
        await installation.Serve();
        var wrk = new Wrk(subjects.WrkScript, load);
        using var constant = subjects.Constant is { } start ? await start() : null;
        Func<Task<double>> measureFloor = constant is not null
            ? async () => (await wrk.Run(constant.Url)).RequestsPerSecond
            : new PgBench(installation.Connection, subjects.PgBenchScript, load).Run;
        var peers = load.Peers && subjects.Sample is not null ? await Peers.Build(installation) : [];
        if (peers.Count > 0)
        {
            await Refill(installation, peers.Count + 1);
            await Peers.Check(peers, subjects.Sample!);
        }
        var ofPeers = peers.ToDictionary(peer => peer, _ => new List<double>());
        List<double> program = [], floor = [], slow = [];
        // The first round of both warms up caches and the JIT compiler and is not counted.
        for (var round = 0; round <= load.Rounds; round++)
        {
            await Refresh();
            var answered = await wrk.Run(BenchInstallation.Url);
            var requests = answered.RequestsPerSecond;
            await Refresh();
            var transactions = await measureFloor();
            await Print(
                Invariant(
                    $"{(round == 0 ? "warm-up" : $"round {round}")}: program {requests:F0}/s, floor {transactions:F0}/s, ratio {requests / transactions:F3}; p50 {answered.Median:F2} ms, p99 {answered.Slow:F2} ms"));
            if (round == 0)
                continue;
            foreach (var (peer, rates) in ofPeers)
            {
                rates.Add(await peer.Measure(wrk, Refresh));
                await Print(Invariant($"  {peer.Name}: {rates[^1]:F0}/s"));
            }
            program.Add(requests);
            slow.Add(answered.Slow);
            floor.Add(transactions);
        }
        await Refresh();
        var before = await Counters.Read(installation);
        var counted = (await wrk.Run(BenchInstallation.Url)).Requests;
        var used = (await Counters.Read(installation)).Since(before);
        Figures.Add("program", Median(program), "/s", Program);
        Figures.Add("p99", Median(slow), "ms");
        Figures.Add("processor", used.ProcessorSeconds / counted * 1e6, "µs", "of a processor in the program for each request");
        Figures.Add("allocated", used.Allocated / counted, "bytes", "in the program for each request");
        Figures.Add("database", used.Transactions / counted, "transactions", "for each request");
        Figures.Add("floor", Median(floor), "/s", Floor);
        Figures.Add("ratio", MedianRatio(program, floor), "",
            Invariant($"target {Target:F2}; {load.Connections} connections, {load.Rounds} rounds of {load.Seconds} s each, median"));
        foreach (var (peer, rates) in ofPeers)
        {
            Figures.Add(peer.Name, Median(rates), "/s");
            Figures.Add($"program to {peer.Name}", MedianRatio(program, rates), "");
        }

        Task Refresh() => Refill(installation, RowsPerSecond * load.Seconds);
    }

    /// <summary>Of figures that were measured in turn, each with the one beside it.</summary>
    public static double MedianRatio(List<double> values, List<double> others) => Median([.. values.Zip(others, (a, b) => a / b)]);

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static Task Print(string text) => Console.Error.WriteLineAsync(text);
}

/// <summary>Input of the two load generators.</summary>
/// <param name="WrkScript">Lua for wrk.</param>
/// <param name="PgBenchScript">Script for pgbench.</param>
/// <param name="Constant">Starts the floor that wrk loads instead of pgbench, once the program answers.</param>
/// <param name="Sample">A request to a server by its number, by which the answers of the peers are compared; null = there are no peers.</param>
public sealed record Subjects(
    string WrkScript, string PgBenchScript = "", Func<Task<ConstantServer>>? Constant = null,
    Func<string, int, HttpRequestMessage>? Sample = null)
{
    /// <summary>A request with a bearer token.</summary>
    public static HttpRequestMessage Request(HttpMethod method, string address, string token) =>
        new(method, address) { Headers = { Authorization = new("Bearer", token) } };
}
