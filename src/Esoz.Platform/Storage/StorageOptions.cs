using Esoz.Platform.Configuration;

namespace Esoz.Platform.Storage;

/// <summary>Where objects are stored (media-storage §5).</summary>
public enum StorageBackend
{
    /// <summary>The embedded store, <see cref="FileSystemStore"/>.</summary>
    FileSystem,
    /// <summary>Any S3-compatible store, path-style.</summary>
    S3,
}

/// <summary>Settings of the object store.</summary>
public sealed record StorageOptions
{
    public required StorageBackend Backend { get; init; }

    /// <summary>Directory of the embedded store; a shared volume for several instances.</summary>
    public required string Root { get; init; }

    public required S3Options S3 { get; init; }

    /// <summary>Physical names by logical ones; a bucket that is not listed has the same name in the store.</summary>
    public required IReadOnlyDictionary<string, string> BucketMap { get; init; }

    public static StorageOptions Read(SettingReader read, string dataDirectory)
    {
        var backend = read.Choice("OBJECT_STORAGE_BACKEND", StorageBackend.FileSystem);
        return new()
        {
            Backend = backend,
            Root = Path.GetFullPath(read.Text("MEDIA_STORAGE_ROOT", Path.Combine(dataDirectory, "objects"))),
            S3 = S3Options.Read(read, isUsed: backend == StorageBackend.S3),
            BucketMap = read.Parsed("OBJECT_STORAGE_BUCKET_MAP", "", Map),
        };
    }

    /// <summary>Opens the configured store; the caller disposes of it.</summary>
    public IObjectStore Open(TimeProvider clock) => Backend switch
    {
        StorageBackend.FileSystem => new FileSystemStore(Root, clock),
        StorageBackend.S3 => new S3Store(S3, clock),
    };

    /// <summary>Reads a bucket from a setting; a name that the store would reject is a fault.</summary>
    public Bucket ReadBucket(SettingReader read, string setting, string fallback)
    {
        var logical = read.Text(setting, fallback);
        var bucket = new Bucket(logical, BucketMap.GetValueOrDefault(logical, logical));
        if (BucketName.Fault(bucket.Physical, Backend, S3.RelaxedBucketNames) is { } fault)
            read.Fault(
                $"{setting}: {fault} Set OBJECT_STORAGE_BUCKET_MAP={logical}={BucketName.Suggestion(logical)} (or another name that the store accepts).");
        return bucket;
    }

    private static Dictionary<string, string> Map(string text)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (entry.Split('=', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } logical, { Length: > 0 } physical])
                throw new FormatException($"must be a list of logical=physical, separated by commas, but one entry is '{entry}'");
            if (!map.TryAdd(logical, physical))
                throw new FormatException($"names the bucket '{logical}' twice");
        }
        return map;
    }
}
