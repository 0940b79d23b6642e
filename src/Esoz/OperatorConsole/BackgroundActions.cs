using System.Collections.Concurrent;
using Npgsql;

namespace Esoz.OperatorConsole;

/// <summary>
/// Actions that take longer than a request. One of a kind runs at a time, on whatever node (<see cref="ConsoleActionTable.TryLock"/>); how
/// far it is and how it ended are in the table, so that every node shows it, also after a restart. They end with the program.
/// </summary>
public sealed class BackgroundActions(ILogger<BackgroundActions> log) : IHostedService, IDisposable
{
    /// <summary>How often the table is told how far an action is.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Guid, Task> _running = new();

    /// <param name="database">That of the user: the audit log has who began it.</param>
    /// <param name="work">Is given a function to tell how far a part of it is, on any thread.</param>
    /// <returns>False: one of the kind is running.</returns>
    public async Task<bool> TryStart(string kind, PostgresDatabase database, Guid user,
        Func<Action<PartDone>, CancellationToken, Task<ActionResult>> work, CancellationToken ct)
    {
        var table = new ConsoleActionTable(database);
        if (await table.TryLock(kind, ct) is not { } held)
            return false;
        try
        {
            var id = await table.Begin(kind, user, ct);
            _running[id] = Task.Run(() => Run(id, kind, table, held, work), CancellationToken.None);
            return true;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        // One that does not end in time is shown as interrupted.
        await Task.WhenAll(_running.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task Run(Guid id, string kind, ConsoleActionTable table, IAsyncDisposable held,
        Func<Action<PartDone>, CancellationToken, Task<ActionResult>> work)
    {
        var parts = new ConcurrentDictionary<string, PartDone>();
        try
        {
            await using var _ = held;
            var result = await Result(kind, work, parts, told => table.Tell(id, told, CancellationToken.None));
            await table.Finish(id, result, CancellationToken.None);
        }
        catch (Exception fault)
        {
            log.LogError(fault, "How the action {Kind} of the console ended could not be recorded", kind);
        }
        finally
        {
            _running.TryRemove(id, out var _);
        }
    }

    private async Task<ActionResult> Result(string kind, Func<Action<PartDone>, CancellationToken, Task<ActionResult>> work,
        ConcurrentDictionary<string, PartDone> parts, Func<IEnumerable<PartDone>, Task> tell)
    {
        try
        {
            var working = Task.Run(() => work(part => parts[part.Part] = part, _stopping.Token));
            while (await Task.WhenAny(working, Task.Delay(Interval)) != working)
                await Tell(kind, parts.Values.OrderBy(part => part.Part, StringComparer.Ordinal), tell);
            return await working;
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            return new(ConsoleActionEndState.Interrupted, null);
        }
        catch (Exception fault)
        {
            log.LogError(fault, "The action {Kind} of the console failed", kind);
            return new(ConsoleActionEndState.Failed, FindingsReport.Of([fault.Message]));
        }
    }

    /// <summary>The action goes on when it cannot be said how far it is.</summary>
    private async Task Tell(string kind, IEnumerable<PartDone> parts, Func<IEnumerable<PartDone>, Task> tell)
    {
        try
        {
            await tell(parts);
        }
        catch (NpgsqlException fault)
        {
            log.LogWarning("How far the action {Kind} of the console is could not be recorded: {Reason}", kind, fault.Message);
        }
    }
}
