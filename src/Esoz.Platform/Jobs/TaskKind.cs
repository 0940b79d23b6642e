namespace Esoz.Platform.Jobs;

/// <summary>
/// A sort of background task and what carries it out. It loads and decides; it changes nothing in the database by itself but returns the
/// change as an outcome, which the queue writes together with the end of the task. It may run more than once for one task. An exception
/// is an infrastructure fault: it is retried.
/// </summary>
/// <param name="Type">Value of <c>background_tasks.type</c>.</param>
/// <param name="Together">How many tasks one run takes at the most.</param>
/// <param name="Handle">Carries out tasks of different keys; returns their outcomes in the same order.</param>
public sealed record TaskKind(string Type, int Together, Func<IReadOnlyList<BackgroundTask>, CancellationToken, Task<IReadOnlyList<TaskOutcome>>> Handle)
{
    /// <summary>Of a sort whose tasks have nothing in common: each is a run of its own.</summary>
    public static TaskKind OneByOne(string type, Func<BackgroundTask, CancellationToken, Task<TaskOutcome>> handle) =>
        new(type, 1, async (tasks, ct) => [await handle(tasks[0], ct)]);
}
