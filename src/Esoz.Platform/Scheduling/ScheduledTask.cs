namespace Esoz.Platform.Scheduling;

/// <summary>Something that is started by the clock.</summary>
/// <param name="Name">How logs call it.</param>
/// <param name="Next">First due minute after an instant (UTC); null = never again.</param>
/// <param name="Run">Carries out the run that was due at the given minute. It must stand several nodes that start it at once.</param>
public sealed record ScheduledTask(string Name, Func<DateTime, DateTime?> Next, Func<DateTime, CancellationToken, Task> Run)
{
    /// <summary>Carried out once when the program starts, before the first due run.</summary>
    public Func<CancellationToken, Task>? AtStart { get; init; }
}
