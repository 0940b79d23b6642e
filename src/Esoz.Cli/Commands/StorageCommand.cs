using Esoz.Platform.Storage;

namespace Esoz.Cli.Commands;

/// <summary><c>storage</c>: the object store.</summary>
public static class StorageCommand
{
    public static Command Create() => new("storage", "The object store.") { CreateBuckets(), StorageVerifyCommand.Create() };

    private static Command CreateBuckets() =>
        new Command("create-buckets",
            "Creates the buckets of the settings that do not exist yet, and prints one line for each: created or exists. Turns on the versions of the buckets of contract files and of copies of the audit log's seals.")
        { CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var settings = CommandLine.Settings(parsed);
            using var store = settings.Storage.Open(TimeProvider.System);
            var buckets = new List<BucketState>();
            foreach (var bucket in settings.AllBuckets)
            {
                var (isNew, fault) = await store.CreateBucket(bucket, hasLock: bucket == settings.Audit.AnchorBucket, ct);
                buckets.Add(new(bucket.Logical, bucket.Physical, fault is not null ? "failed" : isNew ? "created" : "exists", fault));
            }
            await CommandLine.Print(parsed, buckets.Select(it => new { it.Bucket, it.PhysicalBucket, it.State }),
                all => string.Concat(all.Select(it => $"{it.PhysicalBucket,-40} {it.State}{Environment.NewLine}")));
            // A store may have no versions: this is a warning, the exit code is that of the buckets.
            var faults = buckets.Select(it => it.Fault).ToList();
            var usable = buckets.Where(it => it.Fault is null).Select(it => it.Bucket).ToList();
            foreach (var bucket in settings.VersionedBuckets.Where(bucket => usable.Contains(bucket.Logical)))
                faults.Add(await store.KeepVersions(bucket, ct));
            foreach (var fault in faults.OfType<StoreFault>())
                await Console.Error.WriteLineAsync($"{fault.Found} → {fault.Advice}");
            return buckets.Any(it => it.Fault is not null) ? CommandLine.Failed : CommandLine.Done;
        });

    private sealed record BucketState(string Bucket, string PhysicalBucket, string State, StoreFault? Fault);
}
