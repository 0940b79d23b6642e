using System.Text.RegularExpressions;
using Esoz.Platform.Database;
using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.Platform.Http;

/// <summary>
/// One statement that reads, evaluates the rules and writes only when all of them hold (docs/adr/0003, docs/adr/0015): one round trip, one
/// transaction, prepared once. It joins the transaction of an idempotent request (<see cref="Work"/>).
/// </summary>
/// <typeparam name="T">Type that the written row is returned as.</typeparam>
public sealed class GuardedWrite<T> : Guard
{
    private readonly Lazy<string> _sql;

    public GuardedWrite() => _sql = new(Compose);

    /// <summary>
    /// INSERT, UPDATE or DELETE of one row named <see cref="WrittenRow{T}.Name"/>, under <see cref="Guard.Allowed"/>, without RETURNING.
    /// </summary>
    public required string Write { get; init; }

    /// <summary>
    /// Further writes of the statement. Each selects FROM the written row, so that it does nothing when that row is not written.
    /// </summary>
    public IReadOnlyList<string> Effects { get; init; } = [];

    /// <summary>How the written row is read.</summary>
    public required WrittenRow<T> Row { get; init; }

    /// <summary>The composed statement. Its parameters are those of the write, and after them the origin of the change.</summary>
    public override string Sql => _sql.Value;

    /// <param name="work">Where to write.</param>
    /// <param name="values">Parameters <c>$1…</c></param>
    public async Task<Outcome<T>> Run(Work work, CancellationToken ct, params object?[] values)
    {
        await using var steps = await work.Open(ct);
        await using var batch = new NpgsqlBatch(steps.Connection);
        AddLock(batch, values);
        batch.BatchCommands.Add(PostgresDatabase.BatchCommand(Sql, [.. values, steps.Origin]));
        try
        {
            var outcome = await ReadOutcome(batch, ct);
            await steps.Commit(ct);
            work.IsOnRecord |= outcome.Refusal is null;
            return outcome;
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation
            && RuleOf(fault.ConstraintName) is not null)
        {
            var rule = RuleOf(fault.ConstraintName)!;
            return new(rule, rule.Refusal, default);
        }
    }

    /// <summary>Reads to the end: the statement is committed after its rows are sent.</summary>
    private async Task<Outcome<T>> ReadOutcome(NpgsqlBatch batch, CancellationToken ct)
    {
        using var timing = RequestTimes.Statement();
        await using var row = await batch.ExecuteReaderAsync(ct);
        await ReadVerdict(row, batch, ct);
        if (Broken(row) is var (rule, refusal))
            return new(rule, refusal, default);
        return row.IsDBNull(VerdictColumns) ? LostRace() : new(null, null, Row.Read(row, VerdictColumns));
    }

    private Validation? RuleOf(string? index) => Rules.FirstOrDefault(rule => rule.Index is not null && rule.Index == index);

    /// <summary>All rules hold but nothing was written: a concurrent call was first, and the unique index rejected this write.</summary>
    private Outcome<T> LostRace()
    {
        var rule = Rules.SingleOrDefault(rule => rule.Index is not null)
            ?? throw new InvalidOperationException($"All rules hold and no {Row.Name} was written.");
        return new(rule, rule.Refusal, default);
    }

    private string Compose()
    {
        if (!Write.Contains(Allowed, StringComparison.Ordinal))
            throw new InvalidOperationException($"The write of {Row.Name} does not ask for the verdict.");
        if (Effects.FirstOrDefault(effect => !Regex.IsMatch(effect, $@"\bFROM {Row.Name}\b")) is { } loose)
            throw new InvalidOperationException($"An effect does not take its rows FROM {Row.Name}: {loose}");
        var verdict = Verdict();
        var parameters = ParametersOf($"{verdict} {Write} {string.Join(' ', Effects)} {Row.Columns} {Row.Joins}");
        return $"""
            WITH {verdict}, {Row.Name} AS (
            {Write}
            RETURNING {Row.Returning}
            ){string.Concat(Effects.Select((effect, i) => $", effect_{i + 1} AS (\n{effect}\n)"))}
            SELECT verdict.*, {Row.Columns}, {Origin.Set($"${parameters + 1}")} FROM verdict LEFT JOIN {Row.Name} ON true {Row.Joins}
            """;
    }
}

/// <summary>Written rows that are not returned to the caller.</summary>
public static class WrittenRow
{
    public static WrittenRow<Nothing> Unseen(string name) => new(name, $"{name}.id", static (_, _) => new()) { Returning = $"{name}.id" };
}

/// <summary>Result of a guarded write: the first broken rule with its refusal, or the written row.</summary>
public readonly record struct Outcome<T>(Validation? Broken, Refusal? Refusal, T? Value)
{
    /// <summary>The reply, with the result of <paramref name="shown"/> for the written row.</summary>
    public Reply Show(Func<T, object> shown) => Refusal is { } refusal ? refusal : Reply.Data(shown(Value!));

    public static implicit operator Reply(Outcome<T> outcome) => outcome.Show(static value => value!);
}
