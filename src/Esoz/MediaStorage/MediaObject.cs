using Esoz.Platform.Storage;

namespace Esoz.MediaStorage;

/// <summary>The object that a link leads to.</summary>
public sealed record MediaObject(Bucket Bucket, ObjectKey Key)
{
    /// <summary>As the signature has it: decoded, <c>/{bucket}/{resource_id}/{canonical name}</c>.</summary>
    public string Path => $"/{Bucket.Physical}/{Key.Text}";

    /// <summary>
    /// Reads the path of a link: exactly three segments, each decoded once, the folder in lower case, the name valid on its own. Null when it
    /// is none that could have been issued.
    /// </summary>
    public static MediaObject? Parse(string path)
    {
        if (path.Split('/') is not ["", var first, var second, var third])
            return null;
        if (PercentEncoding.Decode(first) is not { } bucket || BucketName.Fault(bucket, StorageBackend.FileSystem, relaxed: false) is not null)
            return null;
        if (!Guid.TryParseExact(PercentEncoding.Decode(second), "D", out var folder) || folder.ToString() != second)
            return null;
        return ObjectName.FromLink(third) is { } name ? new(new Bucket(bucket, bucket), ObjectKey.Named(folder, name)) : null;
    }
}
