using System.Diagnostics;

namespace Esoz.Bench;

/// <summary>Several nodes of the program that only process the queue, each in its own process.</summary>
public sealed class WorkerProcesses(BenchInstallation installation) : IDisposable
{
    private readonly List<Process> _workers = [];

    /// <summary>Starts them one after the other; each is ready to claim before the next one starts.</summary>
    public static async Task<WorkerProcesses> Start(BenchInstallation installation, int count)
    {
        var all = new WorkerProcesses(installation);
        for (var i = 0; i < count; i++)
        {
            var worker = installation.StartProgram("serve", "--roles", "worker", "--urls", BenchInstallation.FreeUrl());
            all._workers.Add(worker);
            // It warns about a trust directory without anchors: no signature is checked here.
            while (await worker.StandardError.ReadLineAsync() is { } line && !line.StartsWith("Ready", StringComparison.Ordinal))
            {
                if (!line.StartsWith("warning", StringComparison.Ordinal))
                    await Console.Error.WriteLineAsync($"  worker: {line}");
            }
            all.RequireAll();
            worker.OutputDataReceived += static (_, _) => { };
            worker.BeginOutputReadLine();
            _ = ShowErrors(worker);
        }
        return all;
    }

    /// <summary>Total processor time of the workers.</summary>
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

    /// <summary>Returns when no task is queued or running.</summary>
    public async Task UntilDrained()
    {
        while (await installation.Scalar<bool>("SELECT EXISTS (SELECT FROM background_tasks WHERE status IN ('QUEUED', 'RUNNING'))"))
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

    /// <summary>What a worker prints while it works belongs in the report: a retried task invalidates a run.</summary>
    private static async Task ShowErrors(Process worker)
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
