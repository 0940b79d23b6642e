using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.RollUp;

/// <summary>Answers of one status within one hour.</summary>
/// <param name="Hour">When it began (UTC).</param>
/// <param name="Durations">Requests at each place of <see cref="RollUp.Durations"/>.</param>
public sealed record StatusHour(DateTime Hour, int Status, long Requests, IReadOnlyList<long> Durations);

/// <summary>Requests to one method.</summary>
/// <param name="Refused">Answered with 4xx.</param>
/// <param name="Failed">Answered with 5xx.</param>
public sealed record MethodRequests(string MethodId, long Requests, long Refused, long Failed, IReadOnlyList<long> Durations);

/// <summary>How often a rule of a method refused a client.</summary>
/// <param name="Rule">Number of the rule; empty = refused by none that has a number.</param>
public sealed record RuleRefusals(string MethodId, int Status, string Rule, Guid ClientId, long Requests);

/// <summary>Requests of a client on one day.</summary>
/// <param name="Day">UTC.</param>
public sealed record ClientDay(DateOnly Day, Guid ClientId, long Requests);

/// <summary>How a client used the methods on one day.</summary>
/// <param name="Day">UTC.</param>
/// <param name="Refused">Answered with 4xx.</param>
/// <param name="Last">When the last minute, or hour if it is long ago, with a request began (UTC).</param>
public sealed record DayOfUse(DateOnly Day, long Requests, long Refused, DateTime Last);

/// <summary>The queue within some minutes.</summary>
/// <param name="At">When they began (UTC).</param>
/// <param name="Waiting">The most tasks that waited.</param>
/// <param name="OldestSeconds">The longest that one was due.</param>
public sealed record QueuePoint(DateTime At, long Waiting, double OldestSeconds);

/// <summary>Reads the figures of requests and of the queue.</summary>
public sealed class RollUpReader(PostgresDatabase database)
{
    /// <summary>Combinations of rule and client that are read at most: those that refused most.</summary>
    private const int MaxRefusals = 2000;

    private static readonly string StatusSql = $"""
        SELECT date_trunc('hour', minute, 'UTC') AS hour, status, sum(requests)::bigint, {RollUpTable.SumOfDurations}
          FROM request_minutes WHERE minute >= $1 AND method_id <> ALL ($2) GROUP BY hour, status ORDER BY hour, status
        """;

    private static readonly string MethodsSql = $"""
        SELECT method_id, sum(requests)::bigint AS requests, coalesce(sum(requests) FILTER (WHERE status BETWEEN 400 AND 499), 0)::bigint,
               coalesce(sum(requests) FILTER (WHERE status >= 500), 0)::bigint, {RollUpTable.SumOfDurations}
          FROM request_minutes WHERE minute >= $1 GROUP BY method_id ORDER BY requests DESC, method_id
        """;

    /// <param name="since">UTC.</param>
    /// <param name="without">Methods that are left out.</param>
    public Task<IReadOnlyList<StatusHour>> Statuses(DateTime since, IReadOnlyCollection<string> without, CancellationToken ct) =>
        database.Command(StatusSql, since, without.ToArray()).ReadAll(
            row => new StatusHour(row.GetDateTime(0), row.GetInt16(1), row.GetInt64(2), row.GetFieldValue<long[]>(3)), ct);

    /// <summary>Those with the most requests first.</summary>
    public Task<IReadOnlyList<MethodRequests>> Methods(DateTime since, CancellationToken ct) =>
        database.Command(MethodsSql, since).ReadAll(
            row => new MethodRequests(
                row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetFieldValue<long[]>(4)), ct);

    /// <summary>Refusals of a period, the most frequent first.</summary>
    public Task<IReadOnlyList<RuleRefusals>> Refusals(DateTime since, DateTime until, CancellationToken ct) => database.Command($"""
        SELECT method_id, status, rule, client_id, sum(requests)::bigint AS refused FROM request_minutes
         WHERE minute >= $1 AND minute < $2 AND status >= 400
         GROUP BY method_id, status, rule, client_id ORDER BY refused DESC, method_id, rule, client_id LIMIT {MaxRefusals}
        """, since, until).ReadAll(
        row => new RuleRefusals(row.GetString(0), row.GetInt16(1), row.GetString(2), row.GetGuid(3), row.GetInt64(4)), ct);

    /// <summary>Successful requests to some methods by day and client.</summary>
    public Task<IReadOnlyList<ClientDay>> Successes(DateTime since, IReadOnlyCollection<string> methods, CancellationToken ct) =>
        database.Command("""
            SELECT (minute AT TIME ZONE 'UTC')::date AS day, client_id, sum(requests)::bigint FROM request_minutes
             WHERE minute >= $1 AND method_id = ANY ($2) AND status < 300 GROUP BY day, client_id ORDER BY day, client_id
            """, since, methods.ToArray()).ReadAll(
            row => new ClientDay(row.GetFieldValue<DateOnly>(0), row.GetGuid(1), row.GetInt64(2)), ct);

    /// <summary>Days on which a client sent requests, the earliest first.</summary>
    public Task<IReadOnlyList<DayOfUse>> Use(Guid client, DateTime since, CancellationToken ct) => database.Command("""
        SELECT (minute AT TIME ZONE 'UTC')::date AS day, sum(requests)::bigint,
               coalesce(sum(requests) FILTER (WHERE status BETWEEN 400 AND 499), 0)::bigint, max(minute)
          FROM request_minutes WHERE minute >= $1 AND client_id = $2 GROUP BY day ORDER BY day
        """, since, client).ReadAll(
        row => new DayOfUse(row.GetFieldValue<DateOnly>(0), row.GetInt64(1), row.GetInt64(2), row.GetDateTime(3)), ct);

    /// <param name="step">Length of the parts that the time is divided into.</param>
    public Task<IReadOnlyList<QueuePoint>> Queue(DateTime since, TimeSpan step, CancellationToken ct) => database.Command("""
        SELECT date_bin($2, minute, 'epoch') AS at, max(waiting)::bigint, max(oldest_seconds)
          FROM (SELECT minute, sum(waiting) AS waiting, max(oldest_seconds) AS oldest_seconds
                  FROM queue_minutes WHERE minute >= $1 GROUP BY minute) minutes
         GROUP BY at ORDER BY at
        """, since, step).ReadAll(PointOf, ct);

    private static QueuePoint PointOf(NpgsqlDataReader row) => new(row.GetDateTime(0), row.GetInt64(1), row.GetDouble(2));
}
