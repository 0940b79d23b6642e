using System.Diagnostics;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Health;
using Esoz.Platform.Jobs;
using Esoz.Platform.RollUp;
using Esoz.Platform.Telemetry;

namespace Esoz.OperatorConsole;

/// <summary>The system in numbers.</summary>
/// <param name="At">When they were read (UTC).</param>
/// <param name="Newest">As of when the newest snapshot in service is; null = there is none.</param>
/// <param name="Hours">Requests of the last hours by status, without downloads of the bulk export.</param>
/// <param name="Methods">The same by method, with the downloads.</param>
public sealed record SystemFigures(DateTime At, IReadOnlyList<QueueDepth> Queue, DateTime? Newest, IReadOnlyList<StatusHour> Hours,
    IReadOnlyList<MethodRequests> Methods, DatabaseFigures Database, StoreFigures Store, IReadOnlyList<Finding> Findings);

/// <summary>The database.</summary>
/// <param name="Took">How long a statement took that reads nothing.</param>
public sealed record DatabaseFigures(string Version, long Bytes, TimeSpan Took);

/// <summary>The object store.</summary>
/// <param name="Bytes">Of the snapshots and uploaded files that the database knows.</param>
/// <param name="Took">How long a look-up took; null = it failed.</param>
public sealed record StoreFigures(bool IsEmbedded, long Bytes, TimeSpan? Took);

/// <summary>
/// Reads <see cref="SystemFigures"/> once a minute at most, however many people look at them. Who looks again within another minute does
/// not wait for the new ones.
/// </summary>
public sealed class RememberedFigures
{
    /// <summary>How many hours the plots show.</summary>
    public const int Hours = 24;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(5);

    private readonly PostgresDatabase _database;
    private readonly ReadReplica _replica;
    private readonly ProgramState _program;
    private readonly IReadOnlyList<string> _downloads;
    private readonly TimeProvider _clock;
    private readonly ILogger<RememberedFigures> _log;
    private readonly Remembered<int, SystemFigures> _figures;
    private Reading? _last;

    public RememberedFigures(
        PostgresDatabase database, ReadReplica replica, ProgramState program, MethodBook methods, TimeProvider clock,
        ILogger<RememberedFigures> log)
    {
        (_database, _replica, _program, _downloads, _clock, _log) = (database, replica, program, methods.Downloads, clock, log);
        _figures = new(Lifetime, capacity: 1, clock, _ => Read(CancellationToken.None));
    }

    public Task<SystemFigures> Find(CancellationToken ct)
    {
        var fresh = _figures.Find(0, CancellationToken.None);
        return !fresh.IsCompleted && _last is (var figures, var since) && _clock.GetElapsedTime(since) < 2 * Lifetime
            ? Task.FromResult(figures) : fresh.WaitAsync(ct);
    }

    /// <summary>Reads them in the background, so that the first who looks does not wait. What fails is logged.</summary>
    public async Task Prepare()
    {
        using var span = Spans.StartTask("console figures");
        try
        {
            await Find(CancellationToken.None);
        }
        catch (Exception fault)
        {
            span.Fail(fault);
            _log.LogWarning("The figures of the console could not be read yet: {Reason}", fault.Message);
        }
    }

    /// <summary>The hours that plots show, the present one last.</summary>
    public static IReadOnlyList<DateTime> HoursUntil(DateTime now)
    {
        var last = new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerHour), DateTimeKind.Utc);
        return [.. Enumerable.Range(1 - Hours, Hours).Select(hour => last.AddHours(hour))];
    }

    private async Task<SystemFigures> Read(CancellationToken ct)
    {
        var (now, begun) = (_clock.GetUtcNow().UtcDateTime, _clock.GetTimestamp());
        var since = HoursUntil(now)[0];
        var findings = _program.Check(ct);
        var store = Store(ct);
        var (queue, served, hours, methods) = await _replica.ReadOlder(async database =>
        {
            // One after another: a screen must not take connections from the methods.
            var reader = new RollUpReader(database);
            return (await new JobTable(database).Depth(ct), await new SnapshotTable(database).FindReady(ct),
                await reader.Statuses(since, _downloads, ct), await reader.Methods(since, ct));
        });
        var database = await Database(ct);
        DateTime? newest = served.Count == 0 ? null : served.Max(build => build.Snapshot.At);
        var figures = new SystemFigures(now, queue, newest, hours, methods, database, await store, await findings);
        _last = new(figures, begun);
        return figures;
    }

    private async Task<DatabaseFigures> Database(CancellationToken ct)
    {
        var asked = Stopwatch.GetTimestamp();
        await _database.Command("SELECT 1").Execute(ct);
        var took = Stopwatch.GetElapsedTime(asked);
        return (await _database.Command("SELECT current_setting('server_version'), pg_database_size(current_database())")
            .ReadOne(row => new DatabaseFigures(row.GetString(0), row.GetInt64(1), took), ct))!;
    }

    private async Task<StoreFigures> Store(CancellationToken ct)
    {
        var bytes = await _database.Command("""
            SELECT coalesce((SELECT sum(byte_size) FROM bulk_generations), 0)::bigint
                   + coalesce((SELECT sum(size) FROM media_uploads), 0)::bigint
            """).ReadValue<long>(ct);
        return new(_program.IsStoreEmbedded, bytes, await LookIntoStore(ct));
    }

    private async Task<TimeSpan?> LookIntoStore(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(StorePatience);
        var asked = Stopwatch.GetTimestamp();
        try
        {
            await _program.LookIntoStore(limit.Token);
            return Stopwatch.GetElapsedTime(asked);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            _log.LogWarning("The object store does not answer the console: {Reason}", fault.Message);
            return null;
        }
    }

    /// <param name="Since">Timestamp of its beginning.</param>
    private sealed record Reading(SystemFigures Figures, long Since);
}
