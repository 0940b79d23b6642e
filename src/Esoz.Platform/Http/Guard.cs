using System.Globalization;
using System.Text.RegularExpressions;
using Esoz.Platform.Database;
using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.Platform.Http;

/// <summary>
/// Input of the rules of a write: a query of at most one row. Rules refer to its columns as <c>{Name}.column</c>; without a row they are
/// NULL.
/// </summary>
/// <param name="Name">Name in the statement.</param>
/// <param name="Query">The SELECT, without a locking clause.</param>
/// <param name="Lock">Locking clause, e.g. <c>FOR UPDATE OF role</c>: the locks are held until the commit, whether or not a rule refers to
/// the source.</param>
public sealed record Source(string Name, string Query, string? Lock = null);

/// <summary>One broken rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Refusal">Its refusal; a placeholder whose value is unknown is left as it is.</param>
/// <param name="IsUnknown">The condition is neither true nor false, e.g. because the row that it reads does not exist.</param>
public sealed record BrokenRule(Validation Rule, Refusal Refusal, bool IsUnknown);

/// <summary>
/// The rules of a write and their inputs, stated once (docs/adr/0015-a-rule-is-stated-once.md). The SQL verdict that guards the write, the
/// answer, the card's list of checks and the explanation with all broken rules are derived from them.
/// </summary>
public partial class Guard
{
    /// <summary>Condition for every write that depends on the verdict.</summary>
    public const string Allowed = "(SELECT broken IS NULL FROM verdict)";

    private readonly Lazy<Numbered> _lock, _judgement, _explanation;

    public Guard()
    {
        _lock = new(() => Numbered.Of(Lock!));
        _judgement = new(() => Numbered.Of(Judgement));
        _explanation = new(() => Numbered.Of(Explanation()));
    }

    /// <summary>
    /// A statement that locks rows before the sources are read, in the same round trip and transaction; null when there is none. A
    /// statement does not see rows that are committed after it starts, so one that waits for a lock can miss exactly the rows that it
    /// waited for (docs/adr/0011). Its parameters are those of the write; the branches of a UNION ALL lock in their textual order.
    /// </summary>
    public string? Lock { get; init; }

    /// <summary>In the order of locking.</summary>
    public required IReadOnlyList<Source> Sources { get; init; }

    /// <summary>In the page's order; the first broken rule determines the answer.</summary>
    public required IReadOnlyList<Validation> Rules { get; init; }

    /// <summary>The composed statement, with the parameters of the write.</summary>
    public virtual string Sql => Judgement;

    /// <summary>Evaluates the rules and writes nothing, also in a guard that composes a write.</summary>
    private string Judgement => $"WITH {Verdict()} SELECT * FROM verdict";

    /// <summary>
    /// Only evaluates the rules, for a write of several steps in a transaction: the locks of the sources are held until its end.
    /// </summary>
    /// <returns>The refusal of the first broken rule; null when all hold.</returns>
    public async Task<Refusal?> Judge(Work.Steps steps, CancellationToken ct, params object?[] values)
    {
        await using var batch = steps.FirstBatch();
        AddLock(batch, values);
        batch.BatchCommands.Add(_judgement.Value.Command(values));
        using var timing = RequestTimes.Statement();
        await using var row = await batch.ExecuteReaderAsync(ct);
        await ReadVerdict(row, batch, ct);
        return Broken(row)?.Refusal;
    }

    /// <summary>
    /// All broken rules at once, in the page's order. Writes and locks nothing, so the result for the next write may differ.
    /// </summary>
    /// <param name="values">Parameters of the write.</param>
    public async Task<IReadOnlyList<BrokenRule>> Explain(PostgresDatabase database, CancellationToken ct, params object?[] values)
    {
        var (sql, needed) = _explanation.Value;
        await using var command = database.Command(sql, [.. needed.Select(number => values[number - 1])]);
        using var timing = RequestTimes.Statement();
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return
        [
            .. Rules.Select((rule, i) => row.IsDBNull(i) ? new BrokenRule(rule, Filled(rule, row, Rules.Count), true)
                : row.GetBoolean(i) ? null : new(rule, Filled(rule, row, Rules.Count), false)).OfType<BrokenRule>(),
        ];
    }

    /// <summary>
    /// The sources and the verdict over them, as CTEs. Every source is read, and therefore locked, in the order of the list.
    /// </summary>
    private protected string Verdict()
    {
        foreach (var rule in Rules)
            Check(rule);
        return $"""
            {Cte(Sources.Select(source => (source.Name, $"{source.Query} {source.Lock}")))}, verdict AS (
              SELECT CASE{string.Concat(Rules.Select((rule, i) => $" WHEN ({rule.Holds}) IS NOT TRUE THEN {i}"))} END AS broken{PlaceholderColumns()}
                {FromSources()}
            )
            """;
    }

    private string Explanation() => $"""
        WITH {Cte(Sources.Select(source => (source.Name, source.Query)))}
        SELECT {string.Join(", ", Rules.Select(rule => $"({rule.Holds})"))}{PlaceholderColumns()}
          {FromSources()}
        """;

    private protected void AddLock(NpgsqlBatch batch, object?[] values)
    {
        if (Lock is not null)
            batch.BatchCommands.Add(_lock.Value.Command(values));
    }

    /// <summary>Advances the reader to the verdict row, which the last statement of the batch returns.</summary>
    private protected static async Task ReadVerdict(NpgsqlDataReader row, NpgsqlBatch batch, CancellationToken ct)
    {
        for (var statement = 1; statement < batch.BatchCommands.Count; statement++)
            await row.NextResultAsync(ct);
        await row.ReadAsync(ct);
    }

    /// <summary>The first broken rule, from a row whose first columns are those of the verdict.</summary>
    private protected (Validation Rule, Refusal Refusal)? Broken(NpgsqlDataReader row)
    {
        if (row.IsDBNull(0))
            return null;
        var rule = Rules[row.GetInt32(0)];
        return (rule, Filled(rule, row, 1));
    }

    /// <summary>Number of parameters of a statement.</summary>
    private protected static int ParametersOf(string sql) => Numbered.Of(sql).Needed.DefaultIfEmpty().Max();

    private protected int VerdictColumns => 1 + Rules.Sum(ColumnsOf);

    private static int ColumnsOf(Validation rule) => rule.Placeholders.Count + (rule.Seen is null ? 0 : 1);

    private static string Cte(IEnumerable<(string Name, string Query)> sources) =>
        string.Join(", ", sources.Select(source => $"{source.Name} AS (\n{source.Query}\n)"));

    private string FromSources() => $"FROM (SELECT) one{string.Concat(Sources.Select(source => $" LEFT JOIN {source.Name} ON true"))}";

    private string PlaceholderColumns() => string.Concat(
        Rules.SelectMany(rule => rule.Placeholders.Select(placeholder => placeholder.Sql).Concat(rule.Seen is { } seen ? [seen] : []))
            .Select((sql, i) => $", ({sql})::text AS placeholder_{i + 1}"));

    /// <summary>The refusal with its placeholders filled in from the columns starting at <paramref name="first"/>.</summary>
    private Refusal Filled(Validation rule, NpgsqlDataReader row, int first)
    {
        if (ColumnsOf(rule) == 0)
            return rule.Refusal;
        var column = first + Rules.TakeWhile(earlier => !ReferenceEquals(earlier, rule)).Sum(ColumnsOf);
        var refusal = rule.Refusal;
        foreach (var (name, _) in rule.Placeholders)
        {
            if (!row.IsDBNull(column))
                refusal = Validation.Fill(refusal, name, row.GetString(column));
            column++;
        }
        if (rule.Seen is not null && !row.IsDBNull(column))
            refusal = refusal with { Seen = row.GetString(column) };
        return refusal;
    }

    private static void Check(Validation rule)
    {
        if (rule.Holds is null)
            throw new InvalidOperationException($"Rule {rule.Number}, {rule.Rule}, has no condition.");
        var named = Placeholder().Matches(rule.Refusal.Message ?? "").Select(match => match.Groups[1].Value);
        if (!named.Order().SequenceEqual(rule.Placeholders.Select(placeholder => placeholder.Name).Order()))
            throw new InvalidOperationException(
                $"Rule {rule.Number}, {rule.Rule}: the placeholders of its message are not those that it gives SQL for.");
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();

    /// <summary>
    /// A statement with only those of the write's parameters that it uses, because PostgreSQL cannot infer the type of an unused parameter.
    /// </summary>
    /// <param name="Needed">Numbers of the write's parameters that become <c>$1…</c></param>
    private sealed partial record Numbered(string Sql, IReadOnlyList<int> Needed)
    {
        public static Numbered Of(string sql)
        {
            List<int> needed = [.. Parameter().Matches(sql).Select(NumberOf).Distinct()];
            return new(Parameter().Replace(sql, match => $"${needed.IndexOf(NumberOf(match)) + 1}"), needed);
        }

        public NpgsqlBatchCommand Command(object?[] values) =>
            PostgresDatabase.BatchCommand(Sql, [.. Needed.Select(number => values[number - 1])]);

        private static int NumberOf(Match parameter) => int.Parse(parameter.Groups[1].ValueSpan, CultureInfo.InvariantCulture);

        [GeneratedRegex(@"\$(\d+)")]
        private static partial Regex Parameter();
    }
}
