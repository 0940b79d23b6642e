namespace Esoz.Platform.Jobs;

/// <summary>
/// A kind of background task and its handler. The handler reads and decides. It does not write to the database; it returns the writes, and
/// the job table executes them in the transaction that ends the task. It may run more than once for one task. An exception is an
/// infrastructure fault: the task is retried.
/// </summary>
/// <param name="Type">Value of <c>background_tasks.type</c>.</param>
/// <param name="BatchSize">Maximum number of tasks per call of the handler.</param>
/// <param name="Handle">Handles a batch of tasks of different keys; returns their outcomes in the same order.</param>
public sealed record TaskKind(
    string Type, int BatchSize, Func<IReadOnlyList<BackgroundTask>, CancellationToken, Task<IReadOnlyList<TaskOutcome>>> Handle)
{
    /// <summary>A kind whose tasks do not benefit from batches.</summary>
    public static TaskKind OneByOne(string type, Func<BackgroundTask, CancellationToken, Task<TaskOutcome>> handle) =>
        new(type, 1, async (tasks, ct) => [await handle(tasks[0], ct)]);
}
