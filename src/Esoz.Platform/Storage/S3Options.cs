using Esoz.Platform.Configuration;

namespace Esoz.Platform.Storage;

/// <summary>Connection settings of an S3-compatible store; empty strings when it is not used.</summary>
public sealed record S3Options
{
    /// <summary>Scheme, host and optional port.</summary>
    public required string Endpoint { get; init; }

    public required string Region { get; init; }

    public required string AccessKeyId { get; init; }

    public required string SecretAccessKey { get; init; }

    /// <summary>Session token of temporary credentials; otherwise empty.</summary>
    public string SessionToken { get; init; } = "";

    /// <summary>The store accepts names that AWS rejects (Ceph RGW with <c>rgw_relaxed_s3_bucket_names</c>).</summary>
    public bool RelaxedBucketNames { get; init; }

    /// <param name="isUsed">Whether the store is used; if so, a missing setting is a fault.</param>
    public static S3Options Read(SettingReader read, bool isUsed)
    {
        var options = new S3Options
        {
            Endpoint = read.Parsed("OBJECT_STORAGE_S3_ENDPOINT", "", Url),
            Region = read.Text("OBJECT_STORAGE_S3_REGION", "us-east-1"),
            AccessKeyId = read.Secret("OBJECT_STORAGE_S3_ACCESS_KEY_ID"),
            SecretAccessKey = read.Secret("OBJECT_STORAGE_S3_SECRET_ACCESS_KEY"),
            SessionToken = read.Secret("OBJECT_STORAGE_S3_SESSION_TOKEN"),
            RelaxedBucketNames = read.Flag("OBJECT_STORAGE_S3_RELAXED_BUCKET_NAMES", false),
        };
        foreach (var (name, value) in isUsed ? options.Needed : [])
        {
            if (value.Length == 0)
                read.Fault($"OBJECT_STORAGE_BACKEND=s3 needs {name}.");
        }
        return options;
    }

    private (string Name, string Value)[] Needed =>
    [
        ("OBJECT_STORAGE_S3_ENDPOINT", Endpoint),
        ("OBJECT_STORAGE_S3_ACCESS_KEY_ID", AccessKeyId),
        ("OBJECT_STORAGE_S3_SECRET_ACCESS_KEY", SecretAccessKey),
    ];

    private static string Url(string text)
    {
        if (text.Length == 0)
            return text;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.PathAndQuery == "/"
            && url.UserInfo.Length == 0
            ? $"{url.Scheme}://{url.Authority}"
            : throw new FormatException($"must be a scheme, a host and an optional port, such as https://s3.example.ua, but is '{text}'");
    }
}
