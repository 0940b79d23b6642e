namespace Esoz.Platform.Jobs;

/// <summary>What a task came to. Faults are thrown, not returned.</summary>
public abstract record TaskOutcome
{
    private TaskOutcome() { }

    /// <summary>Carried out, and nothing is left to write.</summary>
    public static TaskOutcome Done() => new Completed("", [], null);

    /// <summary>
    /// Carried out: <paramref name="effect"/> is written in the statement that ends the task and its job, so that all of it happens or none.
    /// </summary>
    /// <param name="effect">
    /// One data-modifying statement with parameters <c>$1…</c>. It must select <c>FROM granted</c>, which holds one row, or none when
    /// the lease was lost or the job has ended already.
    /// </param>
    public static TaskOutcome Done(string effect, params IReadOnlyList<object?> values) => new Completed(effect, values, null);

    /// <summary>
    /// The same for an effect that must write exactly so many rows. Fewer mean that what the task looked at has changed since: then nothing is
    /// written, and the task is tried again.
    /// </summary>
    /// <param name="effect">Returns the rows that it writes.</param>
    public static TaskOutcome Done(int rows, string effect, params IReadOnlyList<object?> values) => new Completed(effect, values, rows);

    /// <summary>Refused by a business rule: the job fails at once and is not retried.</summary>
    public static implicit operator TaskOutcome(Refusal refusal) => new Refused(refusal);

    /// <param name="Rows">How many rows the effect must write; null = as many as it will.</param>
    internal sealed record Completed(string Effect, IReadOnlyList<object?> Values, int? Rows) : TaskOutcome;

    internal sealed record Refused(Refusal Refusal) : TaskOutcome;
}
