using Esoz.Platform.Configuration;
using Esoz.Platform.Storage;

namespace Esoz.Platform.Audit;

/// <summary>Settings of the seals on the logs.</summary>
public sealed record AuditOptions
{
    /// <summary>Where the key is made when none is configured.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>AUDIT_ANCHOR_DIRECTORY: where copies of the seals are written.</summary>
    public required string AnchorDirectory { get; init; }

    /// <summary>AUDIT_ANCHOR_BUCKET: a bucket for the same; null = none.</summary>
    public required Bucket? AnchorBucket { get; init; }

    /// <summary>AUDIT_ANCHOR_RETENTION_DAYS: how long a bucket with object lock keeps each copy; zero = its default retention.</summary>
    public required TimeSpan AnchorRetention { get; init; }

    /// <summary>AUDIT_ANCHOR_RETENTION_MODE.</summary>
    public required RetentionMode AnchorRetentionMode { get; init; }

    /// <summary>AUDIT_TIMESTAMP_URL: a time-stamping authority for the days; null = none.</summary>
    public required Uri? TimestampUrl { get; init; }

    /// <summary>AUDIT_SIGNING_KEY: private key in PEM; empty = the one that is made once in the data directory.</summary>
    public required string SigningKey { get; init; }

    public static AuditOptions Read(SettingReader read, string dataDirectory, StorageOptions storage) => new()
    {
        DataDirectory = dataDirectory,
        AnchorDirectory = read.Text("AUDIT_ANCHOR_DIRECTORY", "") is { Length: > 0 } directory
            ? Path.GetFullPath(directory) : Path.Combine(dataDirectory, "audit-anchors"),
        AnchorBucket = read.Text("AUDIT_ANCHOR_BUCKET", "").Length > 0 ? storage.ReadBucket(read, "AUDIT_ANCHOR_BUCKET", "") : null,
        AnchorRetention = TimeSpan.FromDays(read.Integer("AUDIT_ANCHOR_RETENTION_DAYS", 365, 0, 36500)),
        AnchorRetentionMode = read.Choice("AUDIT_ANCHOR_RETENTION_MODE", RetentionMode.Compliance),
        TimestampUrl = read.Parsed<Uri?>("AUDIT_TIMESTAMP_URL", "", Url),
        SigningKey = read.Secret("AUDIT_SIGNING_KEY", pem =>
        {
            using var key = AuditKey.Parse(pem);
            return pem;
        }),
    };

    private static Uri? Url(string text) => text.Length == 0 ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && url.UserInfo.Length == 0 ? url
        : throw new FormatException("must be the address of a time-stamping authority, such as http://ca.example.com/tsp");

    /// <summary>The key that signs; it is made if necessary.</summary>
    public AuditKey OpenKey() => SigningKey.Length > 0 ? AuditKey.Parse(SigningKey) : AuditKey.ReadOrCreate(DataDirectory);

    /// <summary>Public half of that key, as far as there is one.</summary>
    public AuditKeys KnownKeys()
    {
        var keys = new AuditKeys();
        using var own = SigningKey.Length > 0 ? AuditKey.Parse(SigningKey) : AuditKey.Read(DataDirectory);
        if (own is not null)
            keys.Add(own.PublicPem);
        return keys;
    }
}
