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

    /// <summary>AUDIT_SIGNING_KEY: private key in PEM; empty = the one that is made once in the data directory.</summary>
    public required string SigningKey { get; init; }

    public static AuditOptions Read(SettingReader read, string dataDirectory, StorageOptions storage) => new()
    {
        DataDirectory = dataDirectory,
        AnchorDirectory = read.Text("AUDIT_ANCHOR_DIRECTORY", "") is { Length: > 0 } directory
            ? Path.GetFullPath(directory) : Path.Combine(dataDirectory, "audit-anchors"),
        AnchorBucket = read.Text("AUDIT_ANCHOR_BUCKET", "").Length > 0 ? storage.ReadBucket(read, "AUDIT_ANCHOR_BUCKET", "") : null,
        SigningKey = read.Secret("AUDIT_SIGNING_KEY", pem =>
        {
            using var key = AuditKey.Parse(pem);
            return pem;
        }),
    };

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
