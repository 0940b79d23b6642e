using Esoz.Platform.Database;

namespace Esoz.Platform.Jobs;

/// <summary>What a task came to. Faults are thrown, not returned.</summary>
public abstract record TaskOutcome
{
    private TaskOutcome() { }

    /// <summary>Carried out, and nothing is left to write.</summary>
    public static TaskOutcome Done() => new Completed("", "{}", 0);

    /// <summary>
    /// Carried out: <paramref name="effect"/> is written in the statement that ends the task and its job, so that all of it happens or none.
    /// Tasks that end together with an equal effect share one statement.
    /// </summary>
    /// <param name="effect">
    /// One data-modifying statement that returns the rows it writes. It must select <c>FROM granted</c>, which holds a row with
    /// the jsonb <c>given</c> for each task, but none of a task whose lease was lost or whose job has ended already.
    /// </param>
    /// <param name="given">Its members, named in snake_case, are this task's part of the effect.</param>
    /// <param name="rows">
    /// How many rows this task must write. Fewer mean that what the task looked at has changed since: then nothing is written, and the
    /// task is tried again.
    /// </param>
    public static TaskOutcome Done<T>(string effect, T given, int rows = 1) => new Completed(effect, RecordJson.Of(given), rows);

    /// <summary>Refused by a business rule: the job fails at once and is not retried.</summary>
    public static implicit operator TaskOutcome(Refusal refusal) => new Refused(refusal);

    /// <param name="Given">JSON object.</param>
    internal sealed record Completed(string Effect, string Given, int Rows) : TaskOutcome;

    internal sealed record Refused(Refusal Refusal) : TaskOutcome;
}
