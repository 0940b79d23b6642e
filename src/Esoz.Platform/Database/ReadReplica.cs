using System.Diagnostics;
using System.Diagnostics.Metrics;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// A standby for reads that may lag (<c>ESOZ_READ_DATABASE</c>), and how far it lags. The lag is measured by positions in the WAL, not by
/// the time of the last commit, which an idle primary has not: whatever was committed before a position of the primary was read is on
/// the standby as soon as it has replayed up to that position.
/// </summary>
public sealed class ReadReplica
{
    /// <summary>How often it is measured.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Who has not said its position by then counts as away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const string PositionSql = """
        SELECT (pg_current_wal_lsn() - '0/0')::bigint, (SELECT system_identifier FROM pg_control_system())
        """;

    private const string ReplaySql = """
        SELECT pg_is_in_recovery(), (pg_last_wal_replay_lsn() - '0/0')::bigint, (SELECT system_identifier FROM pg_control_system())
        """;

    private readonly PostgresDatabase _primary;
    private readonly PostgresDatabase? _replica;
    private readonly ReadReplicaOptions _options;
    private readonly ILogger<ReadReplica> _log;

    /// <summary>Positions of the primary and when they were read, the oldest first.</summary>
    private readonly Queue<(long ReadAt, long Position)> _positions = [];

    /// <summary>Whatever was committed before this time stamp is on the replica; 0 = nobody knows.</summary>
    private long _asOf;
    private string? _fault = "not measured yet";

    /// <summary>Why the primary did not answer when it was asked last; null when it did.</summary>
    private string? _primaryFault;

    /// <summary>Of the primary; null before it was heard.</summary>
    private long? _system;

    public ReadReplica(
        PostgresDatabase primary, PostgresDatabase? replica, ReadReplicaOptions options, IMeterFactory meters, ILogger<ReadReplica> log)
    {
        (_primary, _replica, _options, _log) = (primary, replica, options, log);
        if (IsConfigured)
            meters.Create("Esoz").CreateObservableGauge("esoz.replica.lag", () => Lag is { } lag
                ? [new Measurement<double>(lag.TotalSeconds)] : (IEnumerable<Measurement<double>>)[], "s",
                "Age of what the read replica surely has; none while it is away.");
    }

    public bool IsConfigured => _replica is not null;

    /// <summary>The longest lag of what is read there.</summary>
    public TimeSpan MaxLag => _options.MaxLag;

    /// <summary>The replica whatever its state, for work that waits for it; null when none is configured.</summary>
    public PostgresDatabase? Database => _replica;

    /// <summary>The replica while it lags by no more than <see cref="MaxLag"/>; null while it does not, or is away.</summary>
    public PostgresDatabase? Usable => Lag is { } lag && lag <= MaxLag ? _replica : null;

    /// <summary>
    /// Whether a read-only node goes on without its primary, which is away: from what the replica has, for
    /// <see cref="ReadReplicaOptions.MaxOutage"/> at most.
    /// </summary>
    public bool IsOutage => Volatile.Read(ref _primaryFault) is not null && IsWithinOutage;

    /// <summary>Why it is not used; null when it is.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    private bool IsWithinOutage => _options.MaxOutage > TimeSpan.Zero && Lag is { } lag && lag <= _options.MaxOutage;

    /// <summary>Null when nobody knows.</summary>
    public TimeSpan? Lag => Interlocked.Read(ref _asOf) is var asOf and not 0 ? Stopwatch.GetElapsedTime(asOf) : null;

    /// <summary>A read of it has failed: it is not used before it was measured again.</summary>
    public void Lose(Exception fault) => Tell(PassingFaults.Reason(fault), asOf: 0);

    /// <summary>
    /// A read of what must be known at once, such as who may call: on the primary; while it is away from a read-only node, on the replica.
    /// </summary>
    public async Task<T> ReadNewest<T>(Func<PostgresDatabase, Task<T>> read)
    {
        if (!IsOutage)
        {
            try
            {
                return await read(_primary);
            }
            catch (NpgsqlException fault) when (IsWithinOutage && PassingFaults.Of(fault) == PassingFault.Outage)
            {
                TellPrimary(PassingFaults.Reason(fault));
            }
        }
        return await read(_replica!);
    }

    /// <summary>A read that may lag and is nobody's answer: on the replica when it can be used, otherwise on the primary.</summary>
    public async Task<T> ReadOlder<T>(Func<PostgresDatabase, Task<T>> read)
    {
        if (Usable is not { } usable)
            return await read(_primary);
        try
        {
            return await read(usable);
        }
        catch (NpgsqlException fault) when (ReplicaFaults.Of(fault) is { } kind)
        {
            if (kind == ReplicaFault.Outage)
                Lose(fault);
            return await read(_primary);
        }
    }

    /// <summary>Reads the positions of both.</summary>
    public async Task Measure(CancellationToken ct)
    {
        try
        {
            var readAt = Stopwatch.GetTimestamp();
            var (position, system) = await Ask(_primary, PositionSql, row => (row.GetInt64(0), row.GetInt64(1)), ct);
            _system = system;
            _positions.Enqueue((readAt, position));
            // An older position would tell nothing but that it is too far behind.
            while (_positions.Count > (2 * MaxLag / Interval) + 2)
                _positions.Dequeue();
            TellPrimary(null);
        }
        catch (NpgsqlException fault)
        {
            TellPrimary(PassingFaults.Reason(fault));
        }
        try
        {
            var replayed = await Ask(_replica!, ReplaySql,
                row => row.GetBoolean(0) && !row.IsDBNull(1) ? (row.GetInt64(1), row.GetInt64(2)) : ((long, long)?)null, ct);
            if (replayed is not var (upTo, itsSystem))
                Tell("it is not a standby", asOf: 0);
            else if (_system is null)
                Tell("the primary has not been heard yet", asOf: 0);
            else if (itsSystem != _system)
                Tell("it is a standby of another database than ESOZ_DATABASE", asOf: 0);
            else
                Replayed(upTo);
        }
        catch (NpgsqlException fault)
        {
            Lose(fault);
        }
    }

    /// <summary>Measures until it is usable.</summary>
    /// <returns>Why it is not; null when it is.</returns>
    public async Task<string?> FindFault(TimeSpan patience, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            await Measure(ct);
            if (Usable is not null || Stopwatch.GetElapsedTime(began) > patience)
                return _fault;
            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
        }
    }

    /// <summary>Waits until the replica has everything that is committed on the primary now.</summary>
    /// <returns>False when it does not get there in time.</returns>
    public async Task<bool> CatchUp(TimeSpan patience, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        var (position, system) = await _primary.Command(PositionSql).ReadOne(row => (row.GetInt64(0), row.GetInt64(1)), ct);
        while (true)
        {
            var hasIt = await _replica!.Command($"SELECT it.is_standby AND it.system = $2 AND it.replayed >= $1 FROM ({ReplaySql}) it (is_standby, replayed, system)",
                position, system).ReadValue<bool?>(ct);
            if (hasIt == true)
                return true;
            if (Stopwatch.GetElapsedTime(began) > patience)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }
    }

    /// <summary>On a connection of the probe, which is there when the pool is used up.</summary>
    /// <exception cref="NpgsqlException">No answer, or none in time.</exception>
    private static async Task<T> Ask<T>(PostgresDatabase database, string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            return (await database.Probe.CreateCommand(sql).ReadOne(read, limit.Token))!;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new NpgsqlException($"no answer within {Patience.TotalSeconds:F0} s", new TimeoutException());
        }
    }

    private void Replayed(long upTo)
    {
        var asOf = Interlocked.Read(ref _asOf);
        while (_positions.TryPeek(out var reached) && reached.Position <= upTo)
            asOf = _positions.Dequeue().ReadAt;
        Tell(asOf == 0 || Stopwatch.GetElapsedTime(asOf) > MaxLag ? $"it lags by more than {MaxLag.TotalSeconds:F0} s" : null, asOf);
    }

    private void TellPrimary(string? fault)
    {
        var former = Interlocked.Exchange(ref _primaryFault, fault);
        if (_options.MaxOutage == TimeSpan.Zero || (former is null) == (fault is null))
            return;
        if (fault is null)
            _log.LogInformation("The primary is back");
        else
            _log.LogError("The primary is away, so reads that need no row of the access journal are answered from the replica alone for up to "
                + "{MaxOutage} s, and all others 503: {Reason}", _options.MaxOutage.TotalSeconds, fault);
    }

    private void Tell(string? fault, long asOf)
    {
        Interlocked.Exchange(ref _asOf, asOf);
        var former = Interlocked.Exchange(ref _fault, fault);
        if (former == fault)
            return;
        if (fault is null)
            _log.LogInformation("The read replica is used: it lags by less than {MaxLag} s", MaxLag.TotalSeconds);
        else
            _log.LogWarning("The read replica is not used, all reads go to the primary: {Reason}", fault);
    }
}

/// <summary>Settings of <see cref="ReadReplica"/>.</summary>
/// <param name="MaxLag">ESOZ_READ_MAX_LAG_SECONDS.</param>
/// <param name="MaxOutage">How long the node goes on without its primary, ESOZ_READ_ONLY_OUTAGE_SECONDS; zero = not at all.</param>
public sealed record ReadReplicaOptions(TimeSpan MaxLag, TimeSpan MaxOutage);
