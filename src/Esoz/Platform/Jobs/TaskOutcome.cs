namespace Esoz.Platform.Jobs;

/// <summary>What a task came to. Faults are thrown, not returned.</summary>
public abstract record TaskOutcome
{
    private TaskOutcome() { }

    /// <summary>Carried out, and nothing is left to write.</summary>
    public static TaskOutcome Done() => new Completed("", []);

    /// <summary>
    /// Carried out: <paramref name="effect"/> is written in the statement that ends the task and its job, so that all of it happens or none.
    /// </summary>
    /// <param name="effect">
    /// One data-modifying statement with parameters <c>$1…</c>. It must select <c>FROM granted</c>, which holds one row, or none when
    /// the lease was lost or the job has ended already.
    /// </param>
    public static TaskOutcome Done(string effect, params IReadOnlyList<object?> values) => new Completed(effect, values);

    /// <summary>Refused by a business rule: the job fails at once and is not retried.</summary>
    public static implicit operator TaskOutcome(Refusal refusal) => new Refused(refusal);

    internal sealed record Completed(string Effect, IReadOnlyList<object?> Values) : TaskOutcome;

    internal sealed record Refused(Refusal Refusal) : TaskOutcome;
}
