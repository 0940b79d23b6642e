using System.Diagnostics.Metrics;
using Esoz.Platform.Storage;

namespace Esoz.Platform.Reconciling;

/// <summary>
/// Compares a part of every bucket with the database, each time the next one, and tells by one line and a metric whether there is anything
/// to look into; <c>storage verify</c> names it.
/// </summary>
public sealed class StorageLook
{
    /// <summary>A few seconds of a store that lists a thousand objects in a tenth of a second.</summary>
    private static readonly ReconciliationLimits Part = new(Records: 5_000, Objects: 50_000);

    private readonly IObjectStore _store;
    private readonly IReadOnlyList<BucketRecords> _buckets;
    private readonly StorageLooks _looks;
    private readonly ILogger<StorageLook> _log;
    private IReadOnlyList<StorageLookState> _latest = [];

    public StorageLook(
        IObjectStore store, IReadOnlyList<BucketRecords> buckets, StorageLooks looks, IMeterFactory meters, ILogger<StorageLook> log)
    {
        (_store, _buckets, _looks, _log) = (store, buckets, looks, log);
        meters.Create("Esoz").CreateObservableGauge("esoz.storage.findings", () => _latest.Select(state => new Measurement<long>(
            state.Findings, new KeyValuePair<string, object?>("bucket", state.Bucket))), "{finding}",
            "Differences between database and object store in the last round of looks.");
    }

    public async Task Run(CancellationToken ct)
    {
        var former = (await _looks.Find(ct)).ToDictionary(state => state.Bucket);
        var looks = new List<(Bucket Bucket, Reconciled Look)>();
        foreach (var records in _buckets)
        {
            // What was found is named by storage verify: keys may have names of persons, so none is logged.
            var look = await new Reconciliation(_store, records, readsContents: false, found: _ => { })
                .Run(former.GetValueOrDefault(records.Bucket.Logical)?.Last, Part, ct);
            await _looks.Keep(records.Bucket, look, ct);
            looks.Add((records.Bucket, look));
        }
        _latest = await _looks.Find(ct);
        var told = string.Join("; ", looks.Select(it => $"{it.Bucket.Logical}: {it.Look.Records} records, {it.Look.Objects} objects"
            + (it.Look.Findings == 0 ? "" : $", {it.Look.Missing} missing, {it.Look.Unknown} unknown, {it.Look.Wrong} wrong")));
        if (looks.Any(it => it.Look.Findings > 0))
            _log.LogError("Database and object store differ: {Looks}. esoz storage verify names the objects", told);
        else
            _log.LogInformation("Database and object store agree: {Looks}", told);
    }
}
