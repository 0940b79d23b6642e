using System.Diagnostics;
using System.Text.Json;
using Esoz.BulkExport.Snapshots;
using Npgsql;

namespace Esoz.BulkExport.Building;

/// <summary>
/// Builds snapshots (pis-bulk §3): reads the tables as they are at one point in time, writes the full file and one per depth in a single
/// pass, uploads and checks them, and puts all snapshots of a run into service atomically. If a build fails, the previous snapshot stays in
/// service. The next run removes what a killed run left behind.
/// </summary>
/// <param name="all">Every resource, in the order in which they are locked and built.</param>
/// <param name="spoolDirectory">On a local disk; holds the compressed full set of every resource that is being read.</param>
public sealed class BuildSnapshots(
    PostgresDatabase database, SnapshotTable snapshots, ServedSnapshots served, SnapshotFiles files, BulkExportOptions options,
    IReadOnlyList<BulkResource> all, string spoolDirectory, BulkExportMetrics metrics, ReadReplica replica, ILogger<BuildSnapshots> log)
{
    /// <summary>Number of resources read in parallel. Reading one keeps two processors busy, one of the database and one of ours.</summary>
    private static readonly int Readers = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>How long a build waits for the read replica to catch up before it reads the primary.</summary>
    private static readonly TimeSpan ReplicaPatience = TimeSpan.FromSeconds(30);

    /// <summary>How often a running build reports progress.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Builds now, after waiting for any running build of these resources on other nodes.</summary>
    /// <param name="watch">Receives progress periodically, on any thread.</param>
    public async Task<BuildRun> Run(IReadOnlyList<BulkResource> resources, CancellationToken ct, Action<BuildProgress>? watch = null)
    {
        await using var builder = await BuildLock.Take(database, InOrder(resources), ct);
        return await Build(builder.Resources, builder.Connection, watch, ct);
    }

    /// <summary>Builds now, unless somebody is building one of these resources: then null.</summary>
    /// <param name="watch">Receives progress periodically, on any thread.</param>
    public async Task<BuildRun?> TryRun(IReadOnlyList<BulkResource> resources, CancellationToken ct, Action<BuildProgress>? watch = null)
    {
        await using var builder = await BuildLock.TryTake(database, InOrder(resources), ct);
        return builder.Resources.Count < resources.Count ? null : await Build(builder.Resources, builder.Connection, watch, ct);
    }

    /// <summary>
    /// Builds the resources that are due at this minute, unless somebody is building them. The scheduler calls it once for a minute.
    /// </summary>
    public Task RunDue(DateTime minute, CancellationToken ct) => BuildFree(all.Where(resource => options.IsDue(resource, minute)), ct);

    /// <summary>Builds the resources that have no snapshot at all, unless somebody is building them.</summary>
    public async Task RunMissing(CancellationToken ct)
    {
        await using var builder = await BuildLock.TryTake(database, InOrder(all), ct);
        var ready = (await snapshots.FindReady(ct)).Select(build => build.Snapshot.Resource).ToHashSet();
        await Build([.. builder.Resources.Where(resource => !ready.Contains(resource.Name))], builder.Connection, null, ct);
    }

    /// <summary>
    /// Builds again what failed, after a pause that grows with every attempt, unless somebody is building it: a failover at night must not
    /// cost the day's snapshots. Resources without a schedule are left alone.
    /// </summary>
    public async Task RunFailed(CancellationToken ct)
    {
        var failing = (await snapshots.FindFailing(ct)).Where(build => build.IsToBeRepeated).Select(build => build.Resource).ToHashSet();
        if (failing.Count > 0)
            await BuildFree(all.Where(resource => failing.Contains(resource.Name) && options.IsScheduled(resource)), ct);
    }

    /// <summary>
    /// Builds the resources whose snapshot in service lacks a file in the store, unless somebody is building them: database and store may
    /// have been restored to different moments.
    /// </summary>
    public async Task RunLost(CancellationToken ct)
    {
        var lost = new HashSet<string>();
        foreach (var build in await snapshots.FindReady(ct))
        {
            if (await files.FindLost(build.Snapshot, ct) is not { } file)
                continue;
            log.LogError("The snapshot of {Resource} in service lacks {File}: it is built anew", build.Snapshot.Resource, file);
            lost.Add(build.Snapshot.Resource);
        }
        if (lost.Count > 0)
            await BuildFree(all.Where(resource => lost.Contains(resource.Name)), ct);
    }

    /// <summary>Builds those that nobody is building.</summary>
    private async Task BuildFree(IEnumerable<BulkResource> resources, CancellationToken ct)
    {
        await using var builder = await BuildLock.TryTake(database, InOrder(resources), ct);
        await Build(builder.Resources, builder.Connection, null, ct);
    }

    /// <summary>The same order on every node, which prevents deadlocks.</summary>
    private IEnumerable<BulkResource> InOrder(IEnumerable<BulkResource> resources) =>
        all.Select(known => resources.FirstOrDefault(asked => asked.Name == known.Name)).OfType<BulkResource>();

    private async Task<BuildRun> Build(
        IReadOnlyList<BulkResource> resources, NpgsqlConnection connection, Action<BuildProgress>? watch, CancellationToken ct)
    {
        if (resources.Count == 0)
            return new([], []);
        await RemoveDead(resources, ct);
        var run = await MakeOnReplica(resources, connection, watch, ct);
        if (run is null)
        {
            await using var point = await ReadPoint.Take(database, connection, ReadPoint.MaxIdleTransactionAge, ct);
            run = await MakeAll(resources, point, watch, ct);
        }
        try
        {
            ct.ThrowIfCancellationRequested();
            await snapshots.PutIntoService(run.Reports, ct);
        }
        catch (Exception fault)
        {
            foreach (var report in run.Reports)
                await GiveUp(report.Snapshot, fault);
            throw;
        }
        served.Forget();
        var notPublished = new List<BuildFailure>();
        foreach (var report in run.Reports)
        {
            if (await Publish(report, ct) is { } fault)
                notPublished.Add(new(resources.Single(resource => resource.Name == report.Snapshot.Resource), fault));
        }
        return run with { Failures = [.. run.Failures, .. notPublished] };
    }

    /// <summary>
    /// The same from the read replica; null when there is none, it does not catch up, or it failed one of them: all of a run are of one
    /// point in time, so then all are read from the primary.
    /// </summary>
    private async Task<BuildRun?> MakeOnReplica(
        IReadOnlyList<BulkResource> resources, NpgsqlConnection connection, Action<BuildProgress>? watch, CancellationToken ct)
    {
        if (!replica.IsConfigured)
            return null;
        await using var point = await ReadPoint.Take(database, connection, ReadPoint.MaxIdleTransactionAge, ct);
        try
        {
            await using var there = await point.On(replica, ReplicaPatience, ct);
            if (there is null)
            {
                log.LogWarning("The read replica does not catch up, so snapshots are read from the primary");
                return null;
            }
            var run = await MakeAll(resources, there, watch, ct);
            if (run.Failures.FirstOrDefault(failure => ReplicaFaults.Of(failure.Fault) is not null)?.Fault is not { } fault)
                return run;
            log.LogWarning("The read replica has failed a snapshot, so all of this run are read from the primary: {Reason}", PassingFaults.Reason(fault));
            foreach (var report in run.Reports)
                await GiveUp(report.Snapshot, fault);
            return null;
        }
        catch (NpgsqlException fault) when (ReplicaFaults.Of(fault) is not null)
        {
            log.LogWarning("The read replica does not answer, so snapshots are read from the primary: {Reason}", PassingFaults.Reason(fault));
            return null;
        }
    }

    /// <summary>
    /// Builds several in parallel, all from the same point in time. A failed one does not prevent the others from going into service.
    /// </summary>
    private async Task<BuildRun> MakeAll(
        IReadOnlyList<BulkResource> resources, ReadPoint point, Action<BuildProgress>? watch, CancellationToken ct)
    {
        using var turns = new SemaphoreSlim(Readers);
        var made = await Task.WhenAll(resources.Select(async resource =>
        {
            await turns.WaitAsync(CancellationToken.None);
            try
            {
                return await Make(resource, point, watch, ct);
            }
            finally
            {
                turns.Release();
            }
        }));
        return new([.. made.Select(it => it.Report).OfType<BuildReport>()], [.. made.Select(it => it.Failure).OfType<BuildFailure>()]);
    }

    /// <summary>Writes and uploads the files of a snapshot, which is not visible to clients yet.</summary>
    private async Task<(BuildReport? Report, BuildFailure? Failure)> Make(
        BulkResource resource, ReadPoint point, Action<BuildProgress>? watch, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var snapshot = new Snapshot(Guid.NewGuid(), resource.Name, point.At, resource.HasWindows ? options.MaxDepth : 0);
        try
        {
            ct.ThrowIfCancellationRequested();
            await snapshots.Begin(snapshot, ct);
            var late = resource.HasWindows ? await snapshots.FindLateWrites(resource.Name, point.AsOf, ct) : null;
            var members = resource.Published(options);
            var windows = await ReadAndUpload(snapshot, new(resource.RowsSql(members), resource.Writers.Count, members)
            {
                MaxDepth = snapshot.MaxDepth,
                Late = late,
                Watch = expected => new(resource, expected, watch, log),
            }, point, ct);
            var removed = resource.HasWindows ? await ReadAndUpload(snapshot, RemovalsOf(resource, snapshot, late), point, ct) : null;
            var form = resource.FormOf(members);
            // Asked after the rows were read: what was committed meanwhile is not in this snapshot, and moves the instant for the next one.
            var validFrom = resource.HasWindows ? await snapshots.FindWindowsValidFrom(snapshot, form, late?.Count > 0, ct) : null;
            if (late?.Count > 0)
                log.LogWarning(
                    "{Rows} rows of {Resource} were written after the former snapshot with change instants before it: clients with copies as of {ValidFrom:O} or older need the full set",
                    late.Count, resource.Name, validFrom);
            await files.WriteManifest(snapshot, new(snapshot.Generation, resource.Name, snapshot.At, validFrom, snapshot.MaxDepth, windows)
            {
                Key = resource.Key,
                Removed = removed?.Single(),
            }, ct);
            var took = Stopwatch.GetElapsedTime(started);
            return (new(snapshot, windows, validFrom, form, took) { ReadAsOf = point.AsOf }, null);
        }
        catch (Exception fault)
        {
            metrics.Failed(resource, Stopwatch.GetElapsedTime(started));
            if (ct.IsCancellationRequested)
                log.LogWarning(
                    "Building the snapshot of {Resource} was cancelled because the program is stopping; the previous one stays in service", resource.Name);
            else
                log.LogError(fault, "Building the snapshot of {Resource} failed; the previous one stays in service", resource.Name);
            await GiveUp(snapshot, fault);
            return (null, new(resource, fault));
        }
    }

    /// <summary>
    /// What was removed within the largest window and is not there now, once each. Whatever the age of a client's copy, it must not have
    /// any of it.
    /// </summary>
    private static Pass RemovalsOf(BulkResource resource, Snapshot snapshot, LateWrites? late)
    {
        var earliest = snapshot.At.AddDays(-snapshot.MaxDepth);
        var told = new HashSet<Guid>();
        return new(resource.RemovalsSql, Writers: 1, BulkResource.RemovalMembers)
        {
            IsOfRemovals = true,
            Late = late,
            Accepts = (removedAt, row) => removedAt >= earliest && told.Add(new(row[2], bigEndian: true)),
        };
    }

    /// <summary>Uploads each window as soon as its records are complete, while the pass continues.</summary>
    private async Task<IReadOnlyList<SnapshotWindow>> ReadAndUpload(Snapshot snapshot, Pass pass, ReadPoint point, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var spool = new SnapshotSpool(spoolDirectory, snapshot.At, pass.MaxDepth);
        // Reading waits only for the database and the compressor, so it has its own thread and no async calls per row.
        var reading = Task.Factory.StartNew(() => Read(pass, point, spool, stop.Token), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            var windows = new List<SnapshotWindow>();
            await foreach (var window in spool.Windows(ct))
            {
                var named = window with { IsOfRemovals = pass.IsOfRemovals };
                await using var content = spool.Read(window);
                await files.Upload(snapshot, named, content, ct);
                windows.Add(named);
            }
            return windows;
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            // The spool must not be disposed while the thread uses it. The spool has already thrown the thread's exception.
            await reading;
        }
    }

    /// <summary>Passes every record to the spool, and any exception to the readers of the spool.</summary>
    private void Read(Pass pass, ReadPoint point, SnapshotSpool spool, CancellationToken ct)
    {
        try
        {
            using var connection = point.Source.OpenForBulk();
            var session = SessionOf(connection);
            point.Join(connection);
            // Sorting a large table takes minutes before the first row is returned.
            using var stopping = ct.Register(() => Cancel(point.Source, session));
            var progress = pass.Watch?.Invoke(ExpectedRows(connection, pass.Sql));
            using (var copy = connection.BeginRawBinaryCopy($"COPY ({pass.Sql}) TO STDOUT (FORMAT binary)"))
            {
                var firstMember = 1 + pass.Writers;
                var rows = new BinaryCopyRows(copy, firstMember + pass.Members.Count);
                var record = new RecordWriter(pass.Members, firstMember);
                while (rows.Read())
                {
                    ct.ThrowIfCancellationRequested();
                    var changedAt = RecordWriter.Instant(rows[0]);
                    pass.Late?.Look(changedAt, rows, firstWriter: 1, pass.Writers);
                    if (pass.Accepts?.Invoke(changedAt, rows) != false)
                        spool.Add(changedAt, record.Write(rows));
                    progress?.Row();
                }
            }
            spool.Complete();
        }
        catch (Exception fault)
        {
            spool.Abort(fault);
        }
    }

    /// <summary>Number of the server session; behind a pooler the connection does not know it.</summary>
    private static int SessionOf(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return (int)command.ExecuteScalar()!;
    }

    /// <summary>Cancels the running query of a database session.</summary>
    private void Cancel(PostgresDatabase source, int session)
    {
        try
        {
            using var cancel = source.Command("SELECT pg_cancel_backend($1)", session);
            cancel.ExecuteNonQuery();
        }
        catch (NpgsqlException fault)
        {
            log.LogWarning(fault, "Cannot cancel the COPY; the database stops it at the next row");
        }
    }

    /// <summary>Row count estimated by the planner.</summary>
    private static long ExpectedRows(NpgsqlConnection connection, string sql)
    {
        using var explain = new NpgsqlCommand($"EXPLAIN (FORMAT JSON) {sql}", connection);
        using var plan = JsonDocument.Parse((string)explain.ExecuteScalar()!);
        return plan.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetInt64();
    }

    /// <summary>Updates the pointer in the store to the snapshot now in service, and removes snapshots that are no longer needed.</summary>
    /// <returns>The exception, if any; the next run retries.</returns>
    private async Task<Exception?> Publish(BuildReport report, CancellationToken ct)
    {
        var snapshot = report.Snapshot;
        metrics.Built(report);
        log.LogInformation(
            "Snapshot of {Resource} as of {SnapshotAt:O} is in service: generation {Generation}, {Rows} rows, {Bytes} bytes, {Seconds:F1} s",
            snapshot.Resource, snapshot.At, snapshot.Generation, report.Full.Rows, report.Full.Bytes, report.Elapsed.TotalSeconds);
        try
        {
            await files.WritePointer(snapshot, ct);
            foreach (var outdated in await snapshots.FindOutdated(snapshot.Resource, ct))
            {
                await files.Remove(outdated, ct);
                await snapshots.Forget(outdated, ct);
            }
            await snapshots.ForgetOldRemovals(snapshot, ct);
            return null;
        }
        catch (Exception fault)
        {
            log.LogError(fault, "Generation {Generation} is in service, but current.json was not switched or old objects and removals were not removed; the next build tries again",
                snapshot.Generation);
            return fault;
        }
    }

    /// <summary>Cleans up after a failed build as far as possible; the next run does the rest.</summary>
    private async Task GiveUp(Snapshot snapshot, Exception fault)
    {
        // The build may have been cancelled; the cleanup must still run.
        try
        {
            if (await snapshots.FindReady(snapshot.Resource, CancellationToken.None) == snapshot)
                return;
            await snapshots.Fail(snapshot, fault.Message, hasObjects: true, CancellationToken.None);
            await files.Remove(snapshot, CancellationToken.None);
            await snapshots.Fail(snapshot, fault.Message, hasObjects: false, CancellationToken.None);
        }
        catch (Exception second)
        {
            log.LogWarning(second, "Cannot clean up the failed generation {Generation}; the next build does it", snapshot.Generation);
        }
    }

    private async Task RemoveDead(IReadOnlyList<BulkResource> resources, CancellationToken ct)
    {
        foreach (var resource in resources)
        {
            foreach (var dead in await snapshots.FindDead(resource.Name, ct))
            {
                await files.Remove(dead, ct);
                await snapshots.Fail(dead, "The process ended before the snapshot was complete.", hasObjects: false, ct);
            }
            await snapshots.ForgetOldFailures(resource.Name, ct);
        }
    }

    /// <summary>What one pass reads: the change instant, the transactions that wrote the row, then the members of the record.</summary>
    /// <param name="Writers">Number of columns with transactions.</param>
    private sealed record Pass(string Sql, int Writers, IReadOnlyList<RecordMember> Members)
    {
        public int MaxDepth { get; init; }

        public bool IsOfRemovals { get; init; }

        public LateWrites? Late { get; init; }

        /// <summary>Whether a row becomes a record; null = every row.</summary>
        public Func<DateTime, BinaryCopyRows, bool>? Accepts { get; init; }

        /// <summary>From the expected number of rows; null = not watched.</summary>
        public Func<long, ProgressOf>? Watch { get; init; }
    }

    /// <summary>Counts the rows of one pass and reports progress periodically.</summary>
    private sealed class ProgressOf(BulkResource resource, long expected, Action<BuildProgress>? watch, ILogger log)
    {
        /// <summary>Rows between two checks of the clock.</summary>
        private const int Stride = 4096;

        private readonly long _started = Stopwatch.GetTimestamp();
        private TimeSpan _nextLine = Interval;
        private long _rows;

        public void Row()
        {
            if (++_rows % Stride != 0)
                return;
            var elapsed = Stopwatch.GetElapsedTime(_started);
            var progress = new BuildProgress(resource, _rows, Math.Max(expected, _rows), _rows / elapsed.TotalSeconds);
            watch?.Invoke(progress);
            if (elapsed < _nextLine)
                return;
            _nextLine = elapsed + Interval;
            log.LogInformation("Snapshot of {Resource}: {Rows} of about {Expected} rows, {RowsPerSecond:F0} rows/s", resource.Name, _rows,
                progress.Expected, progress.RowsPerSecond);
        }
    }
}

/// <summary>Progress of reading one resource.</summary>
/// <param name="Expected">Estimated by the database, never less than <paramref name="Rows"/>.</param>
public sealed record BuildProgress(BulkResource Resource, long Rows, long Expected, double RowsPerSecond);

/// <summary>Result of one run: what is in service now, and what failed.</summary>
public sealed record BuildRun(IReadOnlyList<BuildReport> Reports, IReadOnlyList<BuildFailure> Failures);

/// <summary>A build that failed; the previous snapshot stays in service.</summary>
public sealed record BuildFailure(BulkResource Resource, Exception Fault);
