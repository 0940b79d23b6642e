namespace Esoz.Platform.Jobs;

/// <summary>A sort of background task and what carries it out.</summary>
/// <param name="Type">Value of <c>background_tasks.type</c>.</param>
/// <param name="Handle">
/// Loads and decides; it changes nothing in the database by itself but returns the change as an outcome, which the queue writes
/// together with the end of the task. It may run more than once for one task. An exception is an infrastructure fault: it is retried.
/// </param>
public sealed record TaskKind(string Type, Func<BackgroundTask, CancellationToken, Task<TaskOutcome>> Handle);
