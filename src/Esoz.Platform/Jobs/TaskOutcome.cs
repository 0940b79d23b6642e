namespace Esoz.Platform.Jobs;

/// <summary>How a task ends. Faults are thrown, not returned.</summary>
public abstract record TaskOutcome
{
    private TaskOutcome() { }

    /// <summary>
    /// Done. The statement that ends the task and its job also writes the rows, so the operation is atomic: nothing is written when the
    /// lease was lost or the job has already ended. When a row cannot be written because the data that the task read has changed, nothing
    /// is written either and the task is retried.
    /// </summary>
    public static TaskOutcome Done(params IReadOnlyList<RowWrite> writes) => new Completed(writes);

    /// <summary>Refused by a business rule: the job fails at once and is not retried.</summary>
    public static implicit operator TaskOutcome(Refusal refusal) => new Refused(refusal);

    internal sealed record Completed(IReadOnlyList<RowWrite> Writes) : TaskOutcome;

    internal sealed record Refused(Refusal Refusal) : TaskOutcome;
}
