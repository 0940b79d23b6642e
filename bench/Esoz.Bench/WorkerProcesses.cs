using System.Diagnostics;

namespace Esoz.Bench;

/// <summary>Several nodes of the program that only work on the queue, each a process of its own.</summary>
public sealed class WorkerProcesses(BenchInstallation installation) : IDisposable
{
    private readonly List<Process> _workers = [];

    /// <summary>Starts them one after the other; each is ready to claim when the next one starts.</summary>
    public static async Task<WorkerProcesses> StartAsync(BenchInstallation installation, int count)
    {
        var all = new WorkerProcesses(installation);
        for (var i = 0; i < count; i++)
        {
            var worker = installation.StartProgram("serve", "--roles", "worker", "--urls", BenchInstallation.FreeUrl());
            all._workers.Add(worker);
            // It warns of a trust directory without anchors: no signature is checked here.
            while (await worker.StandardError.ReadLineAsync() is { } line && !line.StartsWith("Ready", StringComparison.Ordinal))
            {
                if (!line.StartsWith("warning", StringComparison.Ordinal))
                    await Console.Error.WriteLineAsync($"  worker: {line}");
            }
            all.RequireAll();
            worker.OutputDataReceived += static (_, _) => { };
            worker.BeginOutputReadLine();
            _ = ShowTalk(worker);
        }
        return all;
    }

    /// <summary>Time of processors that they have used up.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            var sum = TimeSpan.Zero;
            foreach (var worker in _workers)
            {
                worker.Refresh();
                sum += worker.TotalProcessorTime;
            }
            return sum;
        }
    }

    /// <summary>Returns when nothing waits or runs any more.</summary>
    public async Task UntilDrainedAsync()
    {
        while (await installation.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM background_tasks WHERE status IN ('QUEUED', 'RUNNING'))"))
        {
            RequireAll();
            await Task.Delay(100);
        }
    }

    private void RequireAll()
    {
        if (_workers.Any(worker => worker.HasExited))
            throw new InvalidOperationException("A worker has stopped.");
    }

    /// <summary>What a worker says while it works belongs into the report: a retried task makes a run void.</summary>
    private static async Task ShowTalk(Process worker)
    {
        while (await worker.StandardError.ReadLineAsync() is { } line)
            await Console.Error.WriteLineAsync($"  worker: {line}");
    }

    public void Dispose()
    {
        foreach (var worker in _workers)
        {
            worker.Kill();
            worker.WaitForExit();
            worker.Dispose();
        }
    }
}
