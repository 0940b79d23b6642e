namespace Esoz.Platform.Jobs;

/// <summary>How a task ends. Faults are thrown, not returned.</summary>
public abstract record TaskOutcome
{
    private TaskOutcome() { }

    /// <summary>
    /// Done. The rows are written by the statement that ends the task and its job, so all of it happens or none: nothing when the lease was
    /// lost or the job has ended already. When a row cannot be written as expected, because what the task read has changed, nothing is
    /// written either and the task is tried again.
    /// </summary>
    public static TaskOutcome Done(params IReadOnlyList<RowWrite> writes) => new Completed(writes);

    /// <summary>Refused by a business rule: the job fails at once and is not retried.</summary>
    public static implicit operator TaskOutcome(Refusal refusal) => new Refused(refusal);

    internal sealed record Completed(IReadOnlyList<RowWrite> Writes) : TaskOutcome;

    internal sealed record Refused(Refusal Refusal) : TaskOutcome;
}
