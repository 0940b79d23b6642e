namespace Esoz.Platform.Scheduling;

/// <summary>A task that runs on a schedule.</summary>
/// <param name="Name">Name in the logs.</param>
/// <param name="Next">First due minute after an instant (UTC); null = never again.</param>
/// <param name="Run">Executes the run that was due at the given minute. It must be safe when several nodes start it concurrently.</param>
public sealed record ScheduledTask(string Name, Func<DateTime, DateTime?> Next, Func<DateTime, CancellationToken, Task> Run)
{
    /// <summary>Executed once when the program starts, before the first due run.</summary>
    public Func<CancellationToken, Task>? AtStart { get; init; }
}
