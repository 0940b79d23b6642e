using System.Diagnostics.Metrics;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// What this node sees of its database: whether it is the primary, how far the standbys are behind, how far the clocks are apart. One
/// statement every ten seconds on a connection of the probe; while the database does not answer there are no values.
/// </summary>
public sealed class DatabaseMetrics : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A backup is no standby. Without the right to see other sessions (<c>pg_read_all_stats</c>) a standby has neither name nor lag. A
    /// standby that has replayed all it received is behind only when nobody sends it more.
    /// </summary>
    private const string StateSql = """
        SELECT pg_is_in_recovery(), clock_timestamp(),
               current_setting('synchronous_standby_names') <> '' AND current_setting('synchronous_commit') NOT IN ('off', 'local'),
               CASE WHEN pg_is_in_recovery() AND pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
                         AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
                    WHEN pg_is_in_recovery() THEN extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8,
               ARRAY(SELECT coalesce(application_name, '') FROM standbys),
               ARRAY(SELECT bytes FROM standbys), ARRAY(SELECT seconds FROM standbys)
        """;

    private const string Standbys = """
        WITH standbys AS MATERIALIZED (
          SELECT application_name,
                 pg_wal_lsn_diff(CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn() END, replay_lsn)::float8 AS bytes,
                 CASE WHEN state IS NOT NULL THEN extract(epoch FROM coalesce(replay_lag, '0'))::float8 END AS seconds
            FROM pg_stat_replication WHERE state IS DISTINCT FROM 'backup' ORDER BY application_name, pid
        )
        """;

    private readonly PostgresDatabase _database;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private State? _state;

    public DatabaseMetrics(PostgresDatabase database, TimeProvider clock, IMeterFactory meters, ILogger<DatabaseMetrics> log)
    {
        (_database, _clock, _log) = (database, clock, log);
        var meter = meters.Create("Esoz");
        meter.CreateObservableGauge("esoz.database.write_waiters", () => _database.WaitingWriters, "{request}",
            "Requests and tasks that wait for a connection for a write: writers have three quarters of the pool");
        meter.CreateObservableGauge(
            "esoz.database.primary", () => Observe(state => state.IsStandby ? 0 : 1), description: "1 = a primary, 0 = a standby");
        meter.CreateObservableGauge("esoz.database.clock_skew", () => Observe(state => state.Skew), "s",
            "How far the clock of the database is ahead of this machine's");
        meter.CreateObservableGauge("esoz.database.synchronous", () => Observe(state => state.IsSynchronous ? 1 : 0),
            description: "1 = commits wait for a standby");
        meter.CreateObservableGauge(
            "esoz.database.standbys", () => Observe(state => state.Standbys.Count), "{standby}", "Standbys that are connected to the database");
        meter.CreateObservableGauge("esoz.database.standby_lag", () => Lags(standby => standby.Bytes), "By",
            "WAL that a standby has not replayed, as the primary sees it");
        meter.CreateObservableGauge("esoz.database.standby_delay", () => Lags(standby => standby.Seconds), "s",
            "How long after the primary a standby replays, as the primary sees it; 0 when nothing is written");
        meter.CreateObservableGauge("esoz.database.replay_delay", () => Observe(state => state.ReplayDelay), "s",
            "Where the database is a standby: how old the newest change is that it has replayed; 0 when it has all");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _state = await Look(stoppingToken);
            }
            catch (Exception fault) when (fault is NpgsqlException or OperationCanceledException)
            {
                // Readiness reports a database that does not answer.
                _log.LogDebug(fault, "Cannot measure the database; trying again");
                _state = null;
            }
            await Task.Delay(Interval, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task<State?> Look(CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        var asked = _clock.GetUtcNow().UtcDateTime;
        return await _database.Probe.CreateCommand($"{Standbys} {StateSql}").ReadOne(row => new State(row.GetBoolean(0),
            SkewOf(row.GetDateTime(1), asked, _clock.GetUtcNow().UtcDateTime), row.GetBoolean(2), row.IsDBNull(3) ? null : row.GetDouble(3),
            [.. row.GetFieldValue<string[]>(4).Zip(row.GetFieldValue<double?[]>(5), row.GetFieldValue<double?[]>(6))
                .Select(it => new Standby(it.First, it.Second, it.Third))]), either.Token);
    }

    /// <summary>The clock of the database was read at some moment between the two of this machine: within them there is no skew.</summary>
    private static double SkewOf(DateTime there, DateTime asked, DateTime answered) =>
        there < asked ? (there - asked).TotalSeconds : there > answered ? (there - answered).TotalSeconds : 0;

    private IEnumerable<Measurement<T>> Observe<T>(Func<State, T> value) where T : struct =>
        _state is { } state ? [new(value(state))] : [];

    private IEnumerable<Measurement<double>> Observe(Func<State, double?> value) =>
        _state is { } state && value(state) is { } known ? [new(known)] : [];

    private IEnumerable<Measurement<double>> Lags(Func<Standby, double?> value) =>
        (_state?.Standbys ?? []).Where(standby => value(standby) is not null).GroupBy(standby => standby.Name)
            .Select(same => new Measurement<double>(
                same.Max(standby => value(standby)!.Value), new KeyValuePair<string, object?>("standby", same.Key)));

    /// <param name="Skew">Seconds.</param>
    /// <param name="ReplayDelay">Seconds; null on a primary, and before a standby has replayed anything.</param>
    internal sealed record State(bool IsStandby, double Skew, bool IsSynchronous, double? ReplayDelay, IReadOnlyList<Standby> Standbys);

    /// <param name="Name">Its <c>application_name</c>; empty when the role may not see it.</param>
    /// <param name="Bytes">Null when the role may not see it, as <paramref name="Seconds"/>.</param>
    internal sealed record Standby(string Name, double? Bytes, double? Seconds);
}
