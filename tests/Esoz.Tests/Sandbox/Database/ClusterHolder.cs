using System.Diagnostics;
using Esoz.Sandbox.Database;

namespace Esoz.Tests.Sandbox.Database;

/// <summary>
/// Another program that uses a cluster: a second process of this test program that runs only <see cref="Holding.HoldUntilReleased"/>.
/// They communicate through files, because this also works if a program is killed.
/// </summary>
public sealed class ClusterHolder : IDisposable
{
    private const string DataVariable = "ESOZ_TEST_HELD_DATA";
    private const string SignalVariable = "ESOZ_TEST_HOLDER_SIGNAL";

    private readonly Process _process;
    private readonly string _signal;

    private ClusterHolder(Process process, string signal) => (_process, _signal) = (process, signal);

    public static async Task<ClusterHolder> Start(string directory, string data)
    {
        var signal = Path.Combine(directory, Path.GetRandomFileName());
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Esoz.Tests"),
            ["-method", $"{typeof(Holding).FullName}.{nameof(Holding.HoldUntilReleased)}", "-explicit", "only"])
        {
            RedirectStandardOutput = true,
            Environment = { [DataVariable] = data, [SignalVariable] = signal },
        };
        var holder = new ClusterHolder(Process.Start(start)!, signal);
        while (!File.Exists($"{signal}.held"))
        {
            if (holder._process.HasExited)
                throw new InvalidOperationException(await holder._process.StandardOutput.ReadToEndAsync());
            await Task.Delay(20);
        }
        return holder;
    }

    public async Task Release()
    {
        await File.WriteAllTextAsync($"{_signal}.release", "");
        await _process.WaitForExitAsync();
    }

    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose() => _process.Dispose();

    /// <summary>The side of the other program; explicit, so that a run of all tests skips it.</summary>
    public sealed class Holding
    {
        [Fact(Explicit = true, DisplayName = "Keeps a cluster running until it is told to stop")]
        public async Task HoldUntilReleased()
        {
            var signal = Environment.GetEnvironmentVariable(SignalVariable)!;
            await using var cluster = await LocalCluster.Open(
                Environment.GetEnvironmentVariable(DataVariable)!, TestCluster.Programs, TextWriter.Null,
                TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync($"{signal}.held", "", TestContext.Current.CancellationToken);
            while (!File.Exists($"{signal}.release"))
                await Task.Delay(20, TestContext.Current.CancellationToken);
            Assert.True(File.Exists($"{signal}.held"));
        }
    }
}
