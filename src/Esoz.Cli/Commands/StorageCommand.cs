using System.CommandLine;
using System.Text.Json;
using Esoz.Platform.Http;
using Esoz.Platform.Storage;

namespace Esoz.Cli.Commands;

/// <summary><c>storage</c>: the object store. Needs no database.</summary>
public static class StorageCommand
{
    public static Command Create() => new("storage", "The object store.") { CreateBuckets() };

    private static Command CreateBuckets()
    {
        var command = new Command("create-buckets",
            "Creates the buckets of the settings that do not exist yet, and prints one line for each: created or exists. Turns on the versions of the bucket of contract files.") { CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            var settings = CommandLine.Settings(parsed);
            using var store = settings.Storage.Open(TimeProvider.System);
            var buckets = new List<BucketState>();
            foreach (var bucket in settings.AllBuckets)
            {
                var (isNew, fault) = await store.CreateBucket(bucket, hasLock: bucket == settings.Audit.AnchorBucket, ct);
                buckets.Add(new(bucket.Logical, bucket.Physical, fault is not null ? "failed" : isNew ? "created" : "exists", fault));
            }
            await Console.Out.WriteAsync(parsed.GetValue(CommandLine.Json) ? AsJson(buckets)
                : string.Concat(buckets.Select(it => $"{it.PhysicalBucket,-40} {it.State}{Environment.NewLine}")));
            // A store may have no versions: this is a warning, the exit code is that of the buckets.
            var files = settings.Buckets.AmbulatoryContracts;
            var versions = buckets.Any(it => it.Bucket == files.Logical && it.Fault is null) ? await store.KeepVersions(files, ct) : null;
            foreach (var fault in buckets.Select(it => it.Fault).Append(versions).OfType<StoreFault>())
                await Console.Error.WriteLineAsync($"{fault.Found} → {fault.Advice}");
            return buckets.Any(it => it.Fault is not null) ? CommandLine.Failed : CommandLine.Done;
        });
        return command;
    }

    private static string AsJson(IEnumerable<BucketState> buckets) => JsonSerializer.Serialize(
        buckets.Select(it => new { it.Bucket, it.PhysicalBucket, it.State }), IlDialect.Json) + Environment.NewLine;

    private sealed record BucketState(string Bucket, string PhysicalBucket, string State, StoreFault? Fault);
}
