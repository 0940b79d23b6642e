namespace Esoz.Platform.Jobs;

/// <summary>
/// A kind of background task and its handler. The handler loads and decides; it does not write to the database but returns what is to be
/// written, and the job table writes that together with the end of the task. It may run more than once for one task. An exception is an
/// infrastructure fault: the task is tried again.
/// </summary>
/// <param name="Type">Value of <c>background_tasks.type</c>.</param>
/// <param name="BatchSize">How many tasks the handler is given at once, at most.</param>
/// <param name="Handle">Handles a batch of tasks of different keys; returns their outcomes in the same order.</param>
public sealed record TaskKind(
    string Type, int BatchSize, Func<IReadOnlyList<BackgroundTask>, CancellationToken, Task<IReadOnlyList<TaskOutcome>>> Handle)
{
    /// <summary>A kind whose tasks gain nothing by a batch.</summary>
    public static TaskKind OneByOne(string type, Func<BackgroundTask, CancellationToken, Task<TaskOutcome>> handle) =>
        new(type, 1, async (tasks, ct) => [await handle(tasks[0], ct)]);
}
