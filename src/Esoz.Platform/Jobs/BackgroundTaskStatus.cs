namespace Esoz.Platform.Jobs;

/// <summary>
/// Statuses of a background task (data-model §6.4). Lifecycle: QUEUED ↔ RUNNING; RUNNING → DONE, also when a rule refused it, or DEAD
/// (given up); DEAD → QUEUED (tried again by hand).
/// </summary>
public static class BackgroundTaskStatus
{
    public const string Queued = "QUEUED";
    public const string Running = "RUNNING";
    public const string Done = "DONE";
    public const string Dead = "DEAD";

    public static IReadOnlyList<string> All { get; } = [Queued, Running, Done, Dead];
}
