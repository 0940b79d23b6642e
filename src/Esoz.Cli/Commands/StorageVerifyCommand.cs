using Esoz.Platform.Reconciling;

namespace Esoz.Cli.Commands;

/// <summary><c>storage verify</c>: compares the records of the database with the objects of the store. Changes nothing.</summary>
public static class StorageVerifyCommand
{
    /// <summary>Findings that are printed; the others are counted.</summary>
    private const int Shown = 1_000;

    public static Command Create()
    {
        var deep = new Option<bool>("--deep") { Description = "Reads every object and compares its SHA-256, where one is recorded." };
        return new Command("verify",
            "Compares database and object store: contract files, signed contents and bulk snapshots that are missing, unknown or not as they were recorded. Changes nothing; exit code 1: something was found.")
        { deep, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var settings = installation.Settings;
            using var store = settings.Storage.Open(TimeProvider.System);
            var findings = new List<StorageFinding>();
            var buckets = new List<VerifiedBucket>();
            using (var bar = new ProgressBar())
            {
                foreach (var records in StoredObjects.Of(settings, installation.Database, store))
                {
                    var comparison = new Reconciliation(store, records, parsed.GetValue(deep), finding =>
                    {
                        if (findings.Count < Shown)
                            findings.Add(finding);
                    });
                    buckets.Add(new(records.Bucket.Logical, await comparison.Run(after: null, limits: null, ct,
                        sum => bar.Show(records.Bucket.Logical, sum.Records, sum.Records))));
                }
            }
            var leftOff = buckets.Sum(it => it.Sum.Findings) - findings.Count;
            await CommandLine.Print(parsed, AsObject(buckets, findings, leftOff), _ => AsTable(buckets));
            foreach (var finding in findings)
                await Console.Error.WriteLineAsync(finding.ToString());
            if (leftOff > 0)
                await Console.Error.WriteLineAsync($"… and {leftOff} more");
            return findings.Count == 0 ? CommandLine.Done : CommandLine.Failed;
        });
    }

    private static Table AsTable(IEnumerable<VerifiedBucket> buckets) => Table.Of(buckets,
        ["bucket", "records", "objects", "missing", "unknown", "wrong", "not on record", "not provable"],
        it => [it.Bucket, it.Sum.Records, it.Sum.Objects, it.Sum.Missing, it.Sum.Unknown, it.Sum.Wrong, it.Sum.Unrecorded,
            it.Sum.Unproved + it.Sum.Changing]);

    private static object AsObject(IEnumerable<VerifiedBucket> buckets, IEnumerable<StorageFinding> findings, long leftOff) => new
    {
        Buckets = buckets.Select(it => new
        {
            it.Bucket,
            it.Sum.Records,
            it.Sum.Objects,
            it.Sum.Missing,
            it.Sum.Unknown,
            it.Sum.Wrong,
            it.Sum.Unrecorded,
            it.Sum.Unproved,
            it.Sum.Changing,
        }),
        Findings = findings.Select(it => new
        {
            Severity = $"{it.Severity}".ToLowerInvariant(),
            Fault = $"{it.Fault}".ToLowerInvariant(),
            it.Bucket,
            it.Key,
            it.Found,
            it.Advice,
        }),
        LeftOff = leftOff,
    };

    private sealed record VerifiedBucket(string Bucket, Reconciled Sum);
}
