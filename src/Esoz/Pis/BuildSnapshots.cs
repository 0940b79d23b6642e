using System.Data;
using System.Diagnostics;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Pis;

/// <summary>
/// Builds snapshots (pis-bulk §3): reads the table at one instant, makes the full file and one per depth in a single pass, uploads and
/// checks them, and switches over. A run that fails or dies leaves the former snapshot in service; what it left behind is removed by the
/// next one.
/// </summary>
/// <param name="spoolDirectory">Local disk that takes one compressed full set per running build.</param>
public sealed class BuildSnapshots(
    PostgresDatabase database, BulkGenerations generations, SnapshotFiles files, BulkOptions options, string spoolDirectory, BulkMetrics metrics, ILogger<BuildSnapshots> log)
{
    /// <summary>Builds now, after any build of the resource that is under way elsewhere.</summary>
    public async Task<SnapshotReport> Run(SnapshotResource resource, CancellationToken ct)
    {
        await using var builder = await BuilderLock.Take(database, resource.Name, ct);
        return await Build(resource, builder.Connection, ct);
    }

    /// <summary>Builds the resources that are due at a minute, unless another node does or did.</summary>
    public Task RunDue(DateTime minute, CancellationToken ct) =>
        RunOlderThan(minute, SnapshotCatalogue.All.Where(resource => options.IsDue(resource, minute)), ct);

    /// <summary>Builds the resources that have no snapshot at all.</summary>
    public Task RunMissing(CancellationToken ct) => RunOlderThan(DateTime.MinValue, SnapshotCatalogue.All, ct);

    private async Task RunOlderThan(DateTime instant, IEnumerable<SnapshotResource> resources, CancellationToken ct)
    {
        foreach (var resource in resources)
        {
            await using var builder = await BuilderLock.TryTake(database, resource.Name, ct);
            if (builder is null || (await generations.FindReady(resource.Name, ct))?.SnapshotAt >= instant)
                continue;
            try
            {
                await Build(resource, builder.Connection, ct);
            }
            catch (Exception) when (!ct.IsCancellationRequested)
            {
                // Logged and counted where it failed; the other resources are built all the same.
            }
        }
    }

    private async Task<SnapshotReport> Build(SnapshotResource resource, NpgsqlConnection connection, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await RemoveDead(resource, ct);
            var report = await Make(resource, connection, started, ct);
            metrics.Built(report);
            log.LogInformation("Snapshot of {Resource} as of {SnapshotAt:O} is in service: generation {Generation}, {Rows} rows, {Bytes} bytes, {Seconds:F1} s",
                resource.Name, report.Generation.SnapshotAt, report.Generation.Id, report.Full.Rows, report.Full.Bytes, report.Elapsed.TotalSeconds);
            await RemoveOutdated(resource, ct);
            return report;
        }
        catch (Exception fault)
        {
            metrics.Failed(resource, Stopwatch.GetElapsedTime(started));
            log.LogError(fault, "The snapshot of {Resource} failed; the former one stays in service", resource.Name);
            throw;
        }
    }

    private async Task<SnapshotReport> Make(SnapshotResource resource, NpgsqlConnection connection, long started, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var generation = new BulkGeneration(Guid.NewGuid(), resource.Name, await ReadInstant(connection, ct), resource.HasWindows ? options.MaxDepth : 0);
        await generations.Begin(generation, ct);
        try
        {
            using var spool = new SnapshotSpool(spoolDirectory, generation.SnapshotAt, generation.MaxDepth);
            // Reading, writing and compressing never wait for anything but the database: one thread of their own, without async steps per row.
            await Task.Factory.StartNew(() => Copy(resource, connection, spool, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await transaction.CommitAsync(ct);
            var windows = spool.Complete();
            foreach (var window in windows)
            {
                await using var content = spool.Read(window);
                await files.Upload(generation, window, content, ct);
            }
            await files.WriteManifest(generation, windows, ct);
            await generations.PutIntoService(generation, windows, ct);
            await files.WritePointer(generation, ct);
            return new(generation, windows, Stopwatch.GetElapsedTime(started));
        }
        catch (Exception fault)
        {
            await GiveUp(generation, fault);
            throw;
        }
    }

    /// <summary>Makes the transaction read-only and returns the instant of its start.</summary>
    private static async Task<DateTime> ReadInstant(NpgsqlConnection connection, CancellationToken ct)
    {
        await using (var readOnly = new NpgsqlCommand("SET TRANSACTION READ ONLY", connection))
            await readOnly.ExecuteNonQueryAsync(ct);
        await using var now = new NpgsqlCommand("SELECT now()", connection);
        return (DateTime)(await now.ExecuteScalarAsync(ct))!;
    }

    private void Copy(SnapshotResource resource, NpgsqlConnection connection, SnapshotSpool spool, CancellationToken ct)
    {
        var members = resource.Published(options);
        using var copy = connection.BeginRawBinaryCopy(resource.CopySql(members));
        var rows = new BinaryCopyRows(copy, 1 + members.Count);
        var record = new RecordWriter(members, firstColumn: 1);
        while (rows.Read())
        {
            ct.ThrowIfCancellationRequested();
            spool.Add(RecordWriter.Instant(rows[0]), record.Write(rows));
        }
    }

    /// <summary>Tidies up after a failed build as far as that is possible; the next run does the rest.</summary>
    private async Task GiveUp(BulkGeneration generation, Exception fault)
    {
        // The build may have been cancelled; tidying up is not.
        try
        {
            if (await generations.FindReady(generation.Resource, CancellationToken.None) == generation)
                return;
            await generations.Fail(generation, fault.Message, hasObjects: true, CancellationToken.None);
            await files.Remove(generation, CancellationToken.None);
            await generations.Fail(generation, fault.Message, hasObjects: false, CancellationToken.None);
        }
        catch (Exception second)
        {
            log.LogWarning(second, "Generation {Generation} could not be tidied up; the next run will", generation.Id);
        }
    }

    private async Task RemoveDead(SnapshotResource resource, CancellationToken ct)
    {
        foreach (var dead in await generations.FindDead(resource.Name, ct))
        {
            await files.Remove(dead, ct);
            await generations.Fail(dead, "The process ended before the snapshot was complete.", hasObjects: false, ct);
        }
        await generations.ForgetOldFailures(resource.Name, ct);
    }

    private async Task RemoveOutdated(SnapshotResource resource, CancellationToken ct)
    {
        foreach (var outdated in await generations.FindOutdated(resource.Name, ct))
        {
            await files.Remove(outdated, ct);
            await generations.Forget(outdated, ct);
        }
    }
}

/// <summary>A build that is done.</summary>
/// <param name="Windows">Depth 1 to the largest, then the full set.</param>
public sealed record SnapshotReport(BulkGeneration Generation, IReadOnlyList<SnapshotWindow> Windows, TimeSpan Elapsed)
{
    public SnapshotWindow Full => Windows[^1];
}
